// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>

#include "audit/redaction.h"
#include "rasp/event.h"

namespace rasp::audit {

// What the log shows of a matched value: the match with at most 32 bytes on each side, secrets
// replaced before anything was cut, valid UTF-8 (audit/readable.h).
struct Snippet {
  std::string text;
  size_t offset = 0;  // of the match within `text`, in code points
  size_t length = 0;
  bool truncated = false;  // there is more of the value than `text` shows
};

// `all_secret`: the value belongs to a secret name, however the target is called.
Snippet MakeSnippet(const RuleMatch& match, bool all_secret, const Hidden& hidden);

// Whether the target holds names, which are always shown: "ARGS_NAMES".
bool TargetHoldsNames(std::string_view target);

// Whether what the target names is secret: "ARGS:password", "REQUEST_HEADERS:Authorization", any
// cookie.
bool TargetIsSecret(std::string_view target);

// Whether the target holds what rules took from elsewhere: "MATCHED_VAR", "TX:0".
bool TargetIsDerived(std::string_view target);

// Text from outside, redacted, made readable and cut to `max_bytes` at a character's border.
std::string ShownText(std::string_view text, size_t max_bytes, const Hidden& hidden = {});
// The same for a name: only what looks secret by itself is replaced.
std::string ShownName(std::string_view name, size_t max_bytes);

}  // namespace rasp::audit
