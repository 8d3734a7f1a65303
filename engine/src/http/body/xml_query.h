// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rasp/result.h"

namespace rasp {

// An XPath 1.0 expression, with the namespaces that its prefixes stand for.
struct XmlQuery {
  std::string xpath;
  std::vector<std::pair<std::string, std::string>> namespaces;  // prefix, URI
};

// Succeeds if the expression is well-formed and knows its prefixes and functions, as far as that
// shows without a document; else fails with a text that says what is wrong.
Result<bool> CheckXPath(const XmlQuery& query);

// A document in memory, for queries that the streaming parser's facts do not answer. It loads and
// expands nothing: no DTD, no entity but the five predefined ones, no file, no network. Of a body
// that is not well-formed it holds what stands before the error. libxml2 allocates it with malloc.
class XmlDocument {
 public:
  // Of elements and attributes together: what one of them takes in memory, and with it the whole
  // document, is then bounded.
  static constexpr uint32_t kMaxNodes = 32768;
  // Steps of evaluating one query.
  static constexpr uint32_t kMaxSteps = 1'000'000;

  class Visitor {
   public:
    virtual ~Visitor() = default;
    // The view holds during the call.
    virtual void Visit(std::string_view value) = 0;
  };

  // Throws std::bad_alloc.
  explicit XmlDocument(std::string_view body);
  ~XmlDocument();
  XmlDocument(const XmlDocument&) = delete;
  XmlDocument& operator=(const XmlDocument&) = delete;

  // False if it has more than kMaxNodes, so that its end is missing.
  bool complete() const { return complete_; }

  // Visits the text of every node that the query selects, in document order, or the one value that
  // it comes to; `max_bytes` of them together. False if it was given up for its cost.
  bool Select(const XmlQuery& query, uint64_t max_bytes, Visitor& visitor) const;

 private:
  struct Tree;
  std::unique_ptr<Tree> tree_;
  bool complete_ = true;
};

}  // namespace rasp
