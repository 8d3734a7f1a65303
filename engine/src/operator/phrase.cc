// SPDX-License-Identifier: Apache-2.0
#include "core/ascii.h"
#include "match/phrase_set.h"
#include "operator/argument.h"
#include "operator/tables.h"

namespace rasp {
namespace {

// @pm, @pmFromFile: one of the phrases occurs in the input, whatever the case of its ASCII letters.
class Phrases final : public Operator {
 public:
  explicit Phrases(std::span<const std::string> phrases) : set_(phrases) {}

  bool Matches(std::string_view input, MatchContext& context) const override {
    const std::string_view found = set_.Find(input);
    if (found.data() == nullptr) return false;
    context.matched = found;
    context.Capture(found);
    return true;
  }

 private:
  match::PhraseSet set_;
};

Result<OperatorPtr> MakePhrases(const std::vector<std::string>& phrases) {
  if (phrases.empty()) return Refuse("has no phrase to look for, so it could never match");
  return OperatorPtr(std::make_unique<Phrases>(phrases));
}

// `text` from behind a bar: pairs of hex digits, blanks between them, up to the next bar. Appends
// the bytes; returns the length read with the closing bar, or 0 if it is malformed.
size_t ReadHexRun(std::string_view text, std::string& phrase) {
  for (size_t i = 0; i < text.size();) {
    if (text[i] == '|') return i + 1;
    if (text[i] == ' ') {
      ++i;
      continue;
    }
    const int high = HexValue(text[i]);
    const int low = i + 1 < text.size() ? HexValue(text[i + 1]) : -1;
    if (high < 0 || low < 0) return 0;
    phrase += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return 0;
}

Result<OperatorPtr> MakePm(const OperatorSpec& spec) {
  const std::string_view text = spec.argument;
  std::vector<std::string> phrases;
  std::string phrase;
  for (size_t i = 0; i < text.size();) {
    if (text[i] == '|') {
      const size_t length = ReadHexRun(text.substr(i + 1), phrase);
      if (length == 0) {
        return Refuse(
            "hex notation at offset " + std::to_string(i) +
            " is malformed; write pairs of digits between bars, as in |0d 0a|, and |7c| for a bar");
      }
      i += 1 + length;
    } else if (IsSpace(text[i])) {
      phrases.push_back(std::move(phrase));
      phrase.clear();
      ++i;
    } else {
      phrase += text[i++];
    }
  }
  phrases.push_back(std::move(phrase));
  std::erase(phrases, "");
  return MakePhrases(phrases);
}

Result<OperatorPtr> MakePmFromFile(const OperatorSpec& spec) {
  const auto phrases = ReadListFiles(spec.argument, spec.directory);
  if (!phrases) return Refuse(phrases.error());
  return MakePhrases(*phrases);
}

constexpr OperatorDef kOperators[] = {
    {"pm", MakePm,
     "one of the phrases, parted by white space, occurs; |0d 0a| gives bytes in hex; no case"},
    {"pmFromFile", MakePmFromFile, "one of the phrases in the files, one a line, occurs; no case"},
    {"pmf", MakePmFromFile, "short for pmFromFile"},
};

}  // namespace

std::span<const OperatorDef> PhraseOperators() { return kOperators; }

}  // namespace rasp
