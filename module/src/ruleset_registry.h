// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "ngx.h"
#include "rasp/ruleset.h"

namespace rasp {

// Every ruleset and overlay of one nginx cycle, each compiled once however many locations name it.
// Lives in the master before the fork, so the workers share its pages; dies with the cycle's pool.
class RulesetRegistry {
 public:
  // Owned by `pool`; nullptr if the pool has no memory.
  static RulesetRegistry* Create(ngx_pool_t* pool);

  // Remembers which line of nginx's configuration named `file` first, for messages.
  void RecordNaming(const std::string& file, std::string place);

  // The rules of `files` in this order, or nullptr after every diagnostic went to the log.
  const Ruleset* Load(ngx_conf_t* cf, const std::vector<std::string>& files);
  // `ruleset` under `spec`, or nullptr after every problem went to the log. REQUIRES: `ruleset`
  // came from Load.
  const Overlay* LoadOverlay(ngx_conf_t* cf, const Ruleset& ruleset, const OverlaySpec& spec);

  struct Entry {
    std::vector<std::string> files;
    Ruleset ruleset;
    std::map<std::string, Overlay> overlays;  // by everything that the spec says
  };
  const std::vector<std::unique_ptr<Entry>>& entries() const { return entries_; }

 private:
  std::string PlaceOf(const std::vector<std::string>& files) const;

  std::vector<std::unique_ptr<Entry>> entries_;
  std::map<std::vector<std::string>, Entry*> by_files_;
  std::map<std::string, std::string> named_at_;
};

}  // namespace rasp
