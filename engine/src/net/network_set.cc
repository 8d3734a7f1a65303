// SPDX-License-Identifier: Apache-2.0
#include "net/network_set.h"

namespace rasp {

NetworkSet::NetworkSet() = default;
NetworkSet::NetworkSet(NetworkSet&&) noexcept = default;
NetworkSet& NetworkSet::operator=(NetworkSet&&) noexcept = default;
NetworkSet::~NetworkSet() = default;

bool NetworkSet::Contains(const NetworkAddress& address) const {
  if (trees_ == nullptr) return false;
  if (address.is_v4) return trees_->v4.Contains(static_cast<net::V4>(address.low));
  return trees_->v6.Contains(net::V6{address.high} << 64 | address.low);
}

size_t NetworkSet::networks() const {
  return trees_ == nullptr ? 0 : trees_->v4.size() + trees_->v6.size();
}

size_t NetworkSet::memory_bytes() const {
  return trees_ == nullptr ? 0 : trees_->v4.memory_bytes() + trees_->v6.memory_bytes();
}

}  // namespace rasp
