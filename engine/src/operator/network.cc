// SPDX-License-Identifier: Apache-2.0
#include "core/ascii.h"
#include "operator/argument.h"
#include "operator/ip_address.h"
#include "operator/tables.h"

namespace rasp {
namespace {

// @ipMatch, @ipMatchFromFile: the value is an address in one of the networks. What is no address
// matches nothing.
class IpMatch final : public Operator {
 public:
  explicit IpMatch(std::span<const IpNetwork> networks) : set_(networks) {}

  bool Matches(std::string_view input, MatchContext& context) const override {
    const auto address = ParseIpAddress(Trim(input));
    if (!address || !set_.Contains(*address)) return false;
    context.matched = Trim(input);
    return true;
  }
  const match::Presence* presence() const override { return &presence_; }

 private:
  IpSet set_;
  match::Presence presence_ = match::Presence::OfOneByte(ByteMask::Range('0', '9') | ByteMask(":"));
};

Result<OperatorPtr> MakeIpSet(const std::vector<std::string_view>& entries) {
  std::vector<IpNetwork> networks;
  for (const std::string_view entry : entries) {
    const auto network = ParseIpNetwork(entry);
    if (!network) {
      return Refuse(Quoted(entry) +
                    " is neither an IP address nor a network; write 192.0.2.7, 192.0.2.0/24 or "
                    "2001:db8::/32");
    }
    networks.push_back(*network);
  }
  if (networks.empty()) return Refuse("has no address to look for, so it could never match");
  return OperatorPtr(std::make_unique<IpMatch>(networks));
}

Result<OperatorPtr> MakeIpMatch(const OperatorSpec& spec) {
  std::string text(spec.argument);
  for (char& c : text) c = c == ',' ? ' ' : c;
  return MakeIpSet(SplitWords(text));
}

Result<OperatorPtr> MakeIpMatchFromFile(const OperatorSpec& spec) {
  const auto lines = ReadListFiles(spec.argument, spec.directory);
  if (!lines) return Refuse(lines.error());
  std::vector<std::string_view> entries;
  for (const std::string_view line : *lines)
    entries.push_back(Trim(line.substr(0, line.find('#'))));
  return MakeIpSet(entries);
}

constexpr OperatorDef kOperators[] = {
    {"ipMatch", MakeIpMatch, "the value is an address in one of the networks, parted by commas"},
    {"ipMatchFromFile", MakeIpMatchFromFile, "the same with the networks in files, one a line"},
    {"ipMatchF", MakeIpMatchFromFile, "short for ipMatchFromFile"},
};

}  // namespace

std::span<const OperatorDef> NetworkOperators() { return kOperators; }

}  // namespace rasp
