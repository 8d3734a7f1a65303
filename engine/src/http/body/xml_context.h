// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <libxml/parser.h>

#include <cstdint>
#include <memory>
#include <string_view>

namespace rasp {

// What libxml2 reports, with its types taken off. All views are valid only during the call.
class XmlEvents {
 public:
  virtual void OnDocument(std::string_view declared_encoding) = 0;
  virtual void OnDoctype(std::string_view public_id, std::string_view system_id) = 0;
  virtual void OnEntityDeclaration(std::string_view content, std::string_view system_id) = 0;
  virtual void OnStartElement(std::string_view name) = 0;  // without its prefix
  virtual void OnAttribute(std::string_view prefix, std::string_view name,
                           std::string_view value) = 0;
  virtual void OnAttributeDefault(std::string_view name, std::string_view value) = 0;
  virtual void OnEndElement() = 0;
  virtual void OnText(std::string_view text) = 0;
  virtual void OnComment(std::string_view text) = 0;
  virtual void OnInstruction(std::string_view target, std::string_view data) = 0;

 protected:
  ~XmlEvents() = default;
};

enum class XmlStatus : uint8_t { kOk, kMalformed, kUnknownEncoding, kNoMemory };

// A libxml2 push parser that loads nothing, expands no entity but the five predefined ones, and
// holds no document. An exception that a callback throws (std::bad_alloc) ends the parsing and
// comes out of Parse().
class XmlContext {
 public:
  explicit XmlContext(XmlEvents& events);  // throws std::bad_alloc
  XmlContext(const XmlContext&) = delete;
  XmlContext& operator=(const XmlContext&) = delete;

  XmlStatus Parse(std::string_view block, bool is_last);

  // No event comes after this one.
  void Stop();

  // Of what Parse() was last given, or still had from earlier calls, the bytes that may not have
  // come out as events, in UTF-8 if they were decoded already. For when the status is no longer
  // kOk.
  std::string_view Unparsed() const;

  // What libxml2 holds in want of more input, in bytes, and whether it took nothing of the last
  // block.
  size_t pending() const;
  bool stuck() const { return stuck_; }
  int distinct_names() const;
  std::string_view declared_encoding() const;

 private:
  struct Callbacks;
  struct Free {
    void operator()(xmlParserCtxt* context) const;
  };
  uint64_t Position() const;

  XmlEvents& events_;
  std::unique_ptr<xmlParserCtxt, Free> context_;
  std::string_view block_;
  uint64_t position_before_ = 0;
  bool stuck_ = false;
  bool stopped_ = false;
  bool out_of_memory_ = false;
};

}  // namespace rasp
