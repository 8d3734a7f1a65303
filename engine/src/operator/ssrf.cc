// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <optional>

#include "core/ascii.h"
#include "operator/argument.h"
#include "operator/internal_host.h"
#include "operator/tables.h"

// @ssrfTarget: the value is, or has in it, a URL that a server must not fetch for a stranger.
namespace rasp {
namespace {

constexpr size_t kNone = std::string_view::npos;
constexpr std::string_view kUrlEnds = std::string_view(" \t\r\n\v\f\0\"'<>`", 12);
constexpr std::string_view kRunEnds = std::string_view(" \t\r\n\v\f\0\"'<>`/", 13);

// Schemes whose host matters; and those that no stranger should have fetched whatever the host.
constexpr std::string_view kHostSchemes[] = {"http", "https", "ws", "wss", "ftp", "ftps"};
constexpr std::string_view kForbiddenSchemes[] = {
    "file",          "gopher",         "gophers", "dict", "ldap",    "ldaps",      "ldapi",
    "tftp",          "netdoc",         "phar",    "php",  "expect",  "glob",       "zip",
    "compress.zlib", "compress.bzip2", "ogg",     "rar",  "ssh2",    "ssh2.exec",  "smb",
    "smbs",          "imap",           "imaps",   "pop3", "pop3s",   "smtp",       "smtps",
    "telnet",        "rtsp",           "scp",     "sftp", "mailbox", "local_file", "jar",
};
constexpr size_t kLongestScheme = 16;

bool IsSchemeByte(char c) { return IsAlpha(c) || IsDigit(c) || c == '+' || c == '.' || c == '-'; }

template <size_t kSize>
bool IsOneOf(std::string_view name, const std::string_view (&names)[kSize]) {
  return std::any_of(std::begin(names), std::end(names),
                     [name](std::string_view one) { return EqualsIgnoreCase(one, name); });
}

// The next place at or behind `from` that satisfies the search; remembers the last answer, so that
// asking from left to right costs one pass in all.
template <typename Search>
class Ahead {
 public:
  explicit Ahead(Search search) : search_(search) {}
  size_t From(size_t from) {
    if (!known_ || (place_ < from && place_ != kNone)) {
      place_ = search_(from);
      known_ = true;
    }
    return place_;
  }

 private:
  Search search_;
  size_t place_ = 0;
  bool known_ = false;
};

// The last @ before an end; remembers the answer for the end that it was asked for last.
class LastAt {
 public:
  // REQUIRES: there is one, behind the previous end.
  size_t Before(std::string_view input, size_t end) {
    if (end_ != end) {
      end_ = end;
      place_ = input.rfind('@', end - 1);
    }
    return place_;
  }

 private:
  size_t end_ = kNone;
  size_t place_ = 0;
};

class Scan {
 public:
  explicit Scan(std::string_view input) : input_(input) {}

  // The URL or host that is not to be fetched; data() == nullptr if there is none.
  std::string_view Find() {
    if (const auto bare = FindBare(); bare.data() != nullptr) return bare;
    for (size_t colon = input_.find(':'); colon != kNone; colon = input_.find(':', colon + 1)) {
      if (const auto url = CheckAt(colon); url.data() != nullptr) return url;
    }
    return {};
  }

 private:
  bool IsSlash(size_t i) const {
    return i < input_.size() && (input_[i] == '/' || input_[i] == '\\');
  }
  size_t SkipSlashes(size_t i) const {
    while (IsSlash(i)) ++i;
    return i;
  }

  // The whole value as a host, with or without port and path; or //host/path, which takes the
  // page's scheme.
  std::string_view FindBare() {
    const std::string_view text = Trim(input_);
    if (text.empty()) return {};
    const auto begin = static_cast<size_t>(text.data() - input_.data());
    const bool relative = IsSlash(begin) && IsSlash(begin + 1);
    if (relative) return CheckAuthority(begin, SkipSlashes(begin));
    const std::string_view host = text.substr(0, text.find_first_of("/?#\\"));
    return LooksLikeInternalHost(host) ? host : std::string_view();
  }

  std::string_view CheckAt(size_t colon) {
    size_t begin = colon;
    while (begin > 0 && colon - begin <= kLongestScheme && IsSchemeByte(input_[begin - 1])) --begin;
    const std::string_view scheme = input_.substr(begin, colon - begin);
    if (IsOneOf(scheme, kForbiddenSchemes) && NamesAnything(scheme, colon + 1)) {
      const size_t end = std::min(input_.find_first_of(kUrlEnds, colon), input_.size());
      return input_.substr(begin, end - begin);
    }
    // http:host and http:/host are taken for http://host by some.
    if (!IsOneOf(scheme, kHostSchemes)) return {};
    return CheckAuthority(begin, SkipSlashes(colon + 1));
  }

  // "file:" in a sentence is none: a slash must follow, or for jar: the URL of the archive.
  bool NamesAnything(std::string_view scheme, size_t after) const {
    if (IsSlash(after)) {
      const bool one_is_enough =
          EqualsIgnoreCase(scheme, "file") || EqualsIgnoreCase(scheme, "netdoc");
      return one_is_enough || IsSlash(after + 1);
    }
    if (!EqualsIgnoreCase(scheme, "jar")) return false;
    const std::string_view rest = input_.substr(after);
    return StartsWithIgnoreCase(rest, "http") || StartsWithIgnoreCase(rest, "file:") ||
           StartsWithIgnoreCase(rest, "ftp");
  }

  size_t End(size_t from) { return std::min(run_end_.From(from), input_.size()); }

  // Parsers do not agree on where the host is when \ ? # or more than one @ come before it: each
  // reading is tried.
  std::string_view CheckAuthority(size_t url, size_t begin) {
    const size_t run_end = End(begin);
    const size_t strict_end = std::min(delimiter_.From(begin), run_end);
    const size_t first_at = at_.From(begin);
    const size_t host =
        first_at < strict_end ? strict_last_at_.Before(input_, strict_end) + 1 : begin;
    bool internal = IsInternalHost(input_.substr(host, strict_end - host));
    if (!internal && first_at < run_end) {
      internal = HostAt(first_at + 1, run_end) ||
                 HostAt(run_last_at_.Before(input_, run_end) + 1, run_end);
    }
    return internal ? input_.substr(url, run_end - url) : std::string_view();
  }

  bool HostAt(size_t begin, size_t run_end) {
    const std::string_view rest = input_.substr(begin, std::min(run_end - begin, size_t{1025}));
    return IsInternalHost(rest.substr(0, rest.find_first_of("@?#\\&;,")));
  }

  static constexpr auto kFirstOf = [](std::string_view input, std::string_view set) {
    return [input, set](size_t from) { return input.find_first_of(set, from); };
  };
  using FirstOf = decltype(kFirstOf({}, {}));

  std::string_view input_;
  Ahead<FirstOf> run_end_{kFirstOf(input_, kRunEnds)};
  Ahead<FirstOf> delimiter_{kFirstOf(input_, "/?#\\")};
  Ahead<FirstOf> at_{kFirstOf(input_, "@")};
  LastAt strict_last_at_;
  LastAt run_last_at_;
};

match::Presence NeededForSsrf() {
  using match::Presence;
  const Presence sign =
      Presence::OfOneByte(ByteMask::Range('0', '9') | ByteMask::Range(0x80, 0xff) | ByteMask(":%"));
  const Presence name = Presence::OfAnyText(InternalNameTexts());
  return Presence::AnyOf(std::array{&sign, &name});
}

class SsrfTarget final : public Operator {
 public:
  static Result<OperatorPtr> Make(const OperatorSpec& spec) {
    if (!spec.argument.empty()) return Refuse("takes no argument; exclude a target to allow one");
    return OperatorPtr(std::make_unique<SsrfTarget>());
  }

  bool Matches(std::string_view input, MatchContext& context) const override {
    const std::string_view found = Scan(input).Find();
    if (found.data() == nullptr) return false;
    context.matched = found;
    context.Capture(found);
    return true;
  }
  const match::Presence* presence() const override { return &presence_; }

 private:
  match::Presence presence_ = NeededForSsrf();
};

constexpr OperatorDef kOperators[] = {
    {"ssrfTarget", SsrfTarget::Make,
     "the value is or has a URL or host of a private, loopback, link-local or cloud-metadata "
     "address in any notation, "
     "or a URL of a scheme such as file or gopher",
     false, false},
};

}  // namespace

std::span<const OperatorDef> SsrfOperators() { return kOperators; }

}  // namespace rasp
