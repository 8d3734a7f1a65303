// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include "ngx.h"
#include "rasp/audit.h"
#include "rasp/modsec.h"
#include "rasp/ruleset.h"

namespace rasp {

// A file of rules, or rules that stand in nginx's configuration itself.
struct RuleSource {
  std::string name;  // the file's; for a text, that of the configuration file it stands in
  std::string text;
  bool is_text = false;
  uint32_t level = 0;  // a source of a higher level stands further in (server, location)

  bool operator<(const RuleSource& other) const {
    return std::tie(name, text, is_text, level) <
           std::tie(other.name, other.text, other.is_text, other.level);
  }
};

// What one location's rules are made of: sources in order, levels ascending.
struct RuleSources {
  std::vector<RuleSource> list;
  bool compat_warn = false;  // see CompileOptions

  bool operator<(const RuleSources& other) const {
    return std::tie(list, compat_warn) < std::tie(other.list, other.compat_warn);
  }
};

// Every ruleset and overlay of one nginx cycle, each compiled once however many locations name it.
// Lives in the master before the fork, so the workers share its pages; dies with the cycle's pool.
class RulesetRegistry {
 public:
  // Owned by `pool`; nullptr if the pool has no memory.
  static RulesetRegistry* Create(ngx_pool_t* pool);

  // Remembers which line of nginx's configuration named `file` first ("rasp_rules at FILE:LINE"),
  // for messages.
  void RecordNaming(const std::string& file, std::string place);

  // The rules of `sources` in this order, or nullptr after every diagnostic went to the log.
  const Ruleset* Load(ngx_conf_t* cf, const RuleSources& sources);
  // `ruleset` under `spec`, or nullptr after every problem went to the log. REQUIRES: `ruleset`
  // came from Load.
  const Overlay* LoadOverlay(ngx_conf_t* cf, const Ruleset& ruleset, const OverlaySpec& spec);

  // The audit log as `ruleset` wants it. REQUIRES: `ruleset` came from Load.
  const ModsecAuditLog* AuditLogOf(const Ruleset& ruleset) const;
  // The same by libmodsecurity.
  const ModsecRuleset* LoadModsecurity(ngx_conf_t* cf, const RuleSources& sources,
                                       const ModsecOptions& options);

  struct Entry {
    RuleSources sources;
    Ruleset ruleset;
    ModsecAuditLog audit;
    std::map<std::string, Overlay> overlays;  // by everything that the spec says
  };
  const std::vector<std::unique_ptr<Entry>>& entries() const { return entries_; }

  struct ModsecEntry {
    RuleSources sources;
    bool silent;
    std::unique_ptr<ModsecRuleset> ruleset;
  };
  const std::vector<ModsecEntry>& modsec_entries() const { return modsec_entries_; }

 private:
  Entry& EntryOf(const Ruleset& ruleset) const;
  std::string PlaceOf(const RuleSources& sources) const;

  std::vector<std::unique_ptr<Entry>> entries_;
  std::map<RuleSources, Entry*> by_sources_;
  std::vector<ModsecEntry> modsec_entries_;
  std::map<std::string, std::string> named_at_;
};

}  // namespace rasp
