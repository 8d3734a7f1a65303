// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "rasp/host.h"
#include "rasp/inspector.h"
#include "rasp/result.h"
#include "rasp/verdict.h"

// libmodsecurity as a second engine: for rules that need what the native one has not (Lua,
// @inspectFile, @validateSchema, @rbl, ...), and as the reference that the native engine is
// compared with. It allocates from the heap, outside every limit of ours, and takes a hundred times
// as long.
namespace rasp {

// Where rules come from: a file, or the text of one that `name` stands for in messages.
struct ModsecSource {
  std::string name;
  std::string text;
  bool is_text = false;  // false: the text is in the file `name`
};

struct ModsecOptions {
  // Leaves libmodsecurity's own audit log unwritten, whatever the rules say.
  bool silent = false;
};

// Rules as libmodsecurity reads them: immutable, shared by any number of transactions, and by the
// processes that are forked after loading. Load in the process that reads its configuration.
class ModsecRuleset {
 public:
  // All sources are read as if they were one file. Fails with a text for the operator.
  static Result<std::unique_ptr<ModsecRuleset>> Load(std::span<const ModsecSource> sources,
                                                     const ModsecOptions& options = {});
  ~ModsecRuleset();
  ModsecRuleset(const ModsecRuleset&) = delete;
  ModsecRuleset& operator=(const ModsecRuleset&) = delete;

  uint64_t rules() const;
  // What SecRuleEngine says; nullopt: nothing, and the location decides.
  std::optional<Mode> mode() const;
  // SHA-256 over the rule files, hex.
  std::string_view hash() const;
  // Whether responses' bodies are to be held back and given.
  bool wants_response_bodies() const;
  uint64_t response_body_limit() const;  // bytes; 0: the rules set none

  struct Impl;
  const Impl& impl() const { return *impl_; }

 private:
  explicit ModsecRuleset(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// Whether this build has libmodsecurity as an engine (RASP_MODSEC); Load always fails otherwise.
bool HasModsec();

// What a location changes about a ModsecRuleset.
struct ModsecLocation {
  Mode mode = Mode::kDetect;
  FailPolicy on_error = FailPolicy::kBlock;
};

// One transaction by libmodsecurity. `rules` and `clock` must outlive it. In mode detect, the first
// refusal is remembered as what would have happened; as the library stops a phase at a refusal, the
// rest of that phase's rules do not run.
std::unique_ptr<Inspector> MakeModsecInspector(const ModsecRuleset& rules,
                                               const ModsecLocation& location, const Clock& clock);

// `native` decides; after each of its verdicts libmodsecurity is given the same data, and the event
// tells in `comparison` where the two differ. `native` must outlive it.
std::unique_ptr<Inspector> MakeComparingInspector(Inspector& native, const ModsecRuleset& rules,
                                                  const ModsecLocation& location,
                                                  const Clock& clock);

}  // namespace rasp
