// SPDX-License-Identifier: Apache-2.0
#include "audit/redaction.h"

#include <algorithm>

#include "audit/secrets.h"
#include "core/ascii.h"
#include "rasp/audit.h"

namespace rasp {
namespace audit {
namespace {

// How often an encoded value is decoded in search of secrets: as often as chains of servers do.
constexpr int kDecodings = 3;

std::string Mark(std::string_view kind) { return "[redacted:" + std::string(kind) + "]"; }

// Text in which %XX and '+' are decoded, and where each byte of it stood.
struct Decoded {
  std::string text;
  std::vector<size_t> begin;  // one more than bytes: the last is the original's size
};

Decoded Undecoded(std::string_view text) {
  Decoded out{std::string(text), std::vector<size_t>(text.size() + 1)};
  for (size_t i = 0; i <= text.size(); ++i) out.begin[i] = i;
  return out;
}

bool IsEscape(std::string_view text, size_t at) {
  return text[at] == '%' && at + 2 < text.size() && HexValue(text[at + 1]) >= 0 &&
         HexValue(text[at + 2]) >= 0;
}

Decoded DecodeOnce(const Decoded& in) {
  Decoded out;
  for (size_t i = 0; i < in.text.size();) {
    out.begin.push_back(in.begin[i]);
    if (IsEscape(in.text, i)) {
      out.text.push_back(
          static_cast<char>(HexValue(in.text[i + 1]) * 16 + HexValue(in.text[i + 2])));
      i += 3;
    } else {
      out.text.push_back(in.text[i] == '+' ? ' ' : in.text[i]);
      ++i;
    }
  }
  out.begin.push_back(in.begin[in.text.size()]);
  return out;
}

std::string DecodeFully(std::string_view text) {
  if (text.find_first_of("%+") == std::string_view::npos) return std::string(text);
  Decoded layer = Undecoded(text);
  for (int i = 0; i < kDecodings; ++i) layer = DecodeOnce(layer);
  return std::move(layer.text);
}

// A name as forms and queries have it; text and markup that happen to hold a '=' are not.
bool IsPairName(std::string_view name) {
  return std::all_of(name.begin(), name.end(), [](char c) {
    return IsAlpha(c) || IsDigit(c) ||
           std::string_view("_-.[]%+$:").find(c) != std::string_view::npos;
  });
}

// The values of secret names in a query or form: all up to the next '&', whatever is in them.
void FindPairSecrets(std::string_view text, Secrets& out) {
  if (text.find('=') == std::string_view::npos) return;
  size_t value_end = 0;  // the first '&' at or after `begin`
  for (size_t begin = 0; begin < text.size();) {
    if (value_end <= begin) value_end = std::min(text.find('&', begin), text.size());
    const size_t end = std::min(text.substr(0, value_end).find('?', begin), value_end);
    const std::string_view pair = text.substr(begin, end - begin);
    const size_t equals = pair.find('=');
    if (equals != std::string_view::npos) {
      const std::string_view name = pair.substr(0, equals);
      const size_t value = begin + equals + 1;
      const bool is_secret = IsPairName(name) && NameIsSecret(DecodeFully(name));
      if (is_secret && value_end > value) out.push_back({value, value_end, "name"});
    }
    begin = end + 1;
  }
}

// What to look for in a text, and how it is to be read.
struct Search {
  Redaction::Context context;
  const Hidden& hidden;
};

void FindHidden(std::string_view text, const Search& search, Secrets& out) {
  const bool names_only = search.context == Redaction::Context::kName;
  if (search.hidden.secrets) {
    FindSecrets(text, names_only, out);
    if (!names_only) FindPairSecrets(text, out);
  }
  if (!names_only) search.hidden.masks.Find(text, out);
}

// The secrets of the text as it is and as whoever decodes it would see it, as parts of the text as
// it is.
Secrets FindSecretsInLayers(std::string_view text, const Search& search) {
  Secrets secrets;
  FindHidden(text, search, secrets);
  if (text.find('%') == std::string_view::npos) return secrets;
  Decoded layer = Undecoded(text);
  for (int i = 0; i < kDecodings; ++i) {
    Decoded next = DecodeOnce(layer);
    if (next.text == layer.text) break;
    layer = std::move(next);
    Secrets found;
    FindHidden(layer.text, search, found);
    for (const Secret& s : found)
      secrets.push_back({layer.begin[s.begin], layer.begin[s.end], s.kind});
  }
  return secrets;
}

// In order, overlapping ones made one.
void Merge(Secrets& secrets) {
  std::sort(secrets.begin(), secrets.end(), [](const Secret& a, const Secret& b) {
    return a.begin != b.begin ? a.begin < b.begin : a.end > b.end;
  });
  size_t kept = 0;
  for (const Secret& secret : secrets) {
    if (kept > 0 && secret.begin < secrets[kept - 1].end) {
      secrets[kept - 1].end = std::max(secrets[kept - 1].end, secret.end);
    } else {
      secrets[kept++] = secret;
    }
  }
  secrets.resize(kept);
}

}  // namespace

Redaction::Redaction(std::string_view text, Context context, const Hidden& hidden) {
  Secrets secrets;
  if (hidden.secrets || !hidden.masks.empty()) {
    secrets = FindSecretsInLayers(text, {context, hidden});
  }
  Merge(secrets);
  size_t copied = 0;
  for (const Secret& secret : secrets) {
    text_ += text.substr(copied, secret.begin - copied);
    const size_t new_begin = text_.size();
    text_ += Mark(secret.kind);
    parts_.push_back({secret.begin, secret.end, new_begin, text_.size()});
    copied = secret.end;
  }
  text_ += text.substr(copied);
}

Redaction Redaction::Whole(std::string_view text) {
  Redaction out;
  if (text.empty()) return out;
  out.text_ = Mark("name");
  out.parts_.push_back({0, text.size(), 0, out.text_.size()});
  return out;
}

size_t Redaction::Map(size_t offset, bool to_end) const {
  // The last replaced part that begins before the offset (or at it, if we look for a begin)
  // decides.
  const auto after =
      std::upper_bound(parts_.begin(), parts_.end(), offset, [&](size_t value, const Part& part) {
        return to_end ? value <= part.begin : value < part.begin;
      });
  if (after == parts_.begin()) return offset;
  const Part& part = *(after - 1);
  if (offset < part.end || (to_end && offset == part.end))
    return to_end ? part.new_end : part.new_begin;
  return offset - part.end + part.new_end;
}

}  // namespace audit

std::string RedactValue(std::string_view name, std::string_view value) {
  if (audit::NameIsSecret(name)) return audit::Redaction::Whole(value).text();
  return audit::Redaction(value, audit::Redaction::Context::kValue).text();
}

std::string RedactQuery(std::string_view query) {
  return audit::Redaction(query, audit::Redaction::Context::kValue).text();
}

}  // namespace rasp
