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
  explicit Phrases(std::span<const std::string> phrases, std::string note)
      : set_(phrases), presence_(match::Presence::OfAnyText(phrases)), note_(std::move(note)) {}

  bool Matches(std::string_view input, MatchContext& context) const override {
    const std::string_view found = set_.Find(input);
    if (found.data() == nullptr) return false;
    context.matched = found;
    context.Capture(found);
    return true;
  }
  const match::Presence* presence() const override { return &presence_; }
  std::string_view note() const override { return note_; }

 private:
  match::PhraseSet set_;
  match::Presence presence_;
  std::string note_;
};

Result<OperatorPtr> MakePhrases(const std::vector<std::string>& phrases, std::string note = {}) {
  if (phrases.empty()) return Refuse("has no phrase to look for, so it could never match");
  return OperatorPtr(std::make_unique<Phrases>(phrases, std::move(note)));
}

// `text` from behind a bar: pairs of hex digits, blanks between them, up to the next bar. Appends
// the bytes; returns the length read with the closing bar, or 0 if there is none or it is
// malformed.
size_t ReadHexRun(std::string_view text, std::string& phrase) {
  const size_t before = phrase.size();
  for (size_t i = 0; i < text.size();) {
    if (text[i] == '|') return phrase.size() > before ? i + 1 : 0;
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

// The phrases of `text`; with `hex`, bars enclose bytes in hex. Fails with the offset of the bar at
// fault.
Result<std::vector<std::string>> ReadPhrases(std::string_view text, bool hex) {
  std::vector<std::string> phrases;
  std::string phrase;
  for (size_t i = 0; i < text.size();) {
    if (hex && text[i] == '|') {
      const size_t length = ReadHexRun(text.substr(i + 1), phrase);
      if (length == 0) {
        return Result<std::vector<std::string>>::Failure(
            "the bar at offset " + std::to_string(i) +
            " begins no bytes in hex, as |0d 0a| does, so all bars stand for themselves");
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
  return phrases;
}

// ModSecurity 2 reads hex between bars, ModSecurity 3 takes every bar for itself: what cannot be
// hex is not.
Result<OperatorPtr> MakePm(const OperatorSpec& spec) {
  const auto phrases = ReadPhrases(spec.argument, true);
  if (phrases) return MakePhrases(*phrases);
  return MakePhrases(*ReadPhrases(spec.argument, false), phrases.error());
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
