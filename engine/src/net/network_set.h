// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "net/prefix_tree.h"
#include "rasp/network.h"

namespace rasp {

struct NetworkSet::Trees {
  net::PrefixTree<net::V4> v4;
  net::PrefixTree<net::V6> v6;
};

}  // namespace rasp
