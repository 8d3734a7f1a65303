// SPDX-License-Identifier: Apache-2.0
#include "http/body/xml_context.h"

#include <libxml/dict.h>
#include <libxml/xmlerror.h>

#include <algorithm>
#include <new>

namespace rasp {
namespace {

std::string_view View(const xmlChar* text) {
  return text == nullptr ? std::string_view()
                         : std::string_view(reinterpret_cast<const char*>(text));
}

std::string_view View(const xmlChar* text, int length) {
  return {reinterpret_cast<const char*>(text), static_cast<size_t>(std::max(length, 0))};
}

// All names of a document together. They are libxml2's, not the transaction's.
constexpr size_t kNameBytes = 2 << 20;

XmlContext& Self(void* user) { return *static_cast<XmlContext*>(user); }

}  // namespace

// Nothing may unwind through libxml2, which is C.
struct XmlContext::Callbacks {
  template <typename Report>
  static void Forward(void* user, Report report) noexcept {
    XmlContext& self = Self(user);
    if (self.stopped_) return;
    try {
      report(self.events_);
    } catch (const std::bad_alloc&) {
      self.out_of_memory_ = true;
      self.Stop();
    }
  }

  static void StartDocument(void* user) {
    const std::string_view encoding = Self(user).declared_encoding();
    Forward(user, [&](XmlEvents& events) { events.OnDocument(encoding); });
  }

  static void InternalSubset(void* user, const xmlChar*, const xmlChar* public_id,
                             const xmlChar* system_id) {
    Forward(user, [&](XmlEvents& events) { events.OnDoctype(View(public_id), View(system_id)); });
  }

  static void EntityDecl(void* user, const xmlChar*, int, const xmlChar*, const xmlChar* system_id,
                         xmlChar* content) {
    Forward(user,
            [&](XmlEvents& events) { events.OnEntityDeclaration(View(content), View(system_id)); });
  }

  static void UnparsedEntityDecl(void* user, const xmlChar*, const xmlChar*,
                                 const xmlChar* system_id, const xmlChar*) {
    Forward(user, [&](XmlEvents& events) { events.OnEntityDeclaration({}, View(system_id)); });
  }

  static void AttributeDecl(void* user, const xmlChar*, const xmlChar* name, int, int,
                            const xmlChar* default_value, xmlEnumerationPtr values) {
    xmlFreeEnumeration(values);
    if (default_value == nullptr) return;
    Forward(user,
            [&](XmlEvents& events) { events.OnAttributeDefault(View(name), View(default_value)); });
  }

  // Asked for any but the five predefined entities, which libxml2 knows by itself.
  static xmlEntityPtr GetEntity(void*, const xmlChar*) { return nullptr; }

  // libxml2 hands attributes over in groups of five: local name, prefix, namespace, begin and end
  // of the value.
  static void StartElement(void* user, const xmlChar* name, const xmlChar*, const xmlChar*,
                           int namespace_count, const xmlChar** namespaces, int attribute_count,
                           int, const xmlChar** attributes) {
    Forward(user, [&](XmlEvents& events) { events.OnStartElement(View(name)); });
    for (int i = 0; i < namespace_count; ++i, namespaces += 2) {
      const bool is_default = namespaces[0] == nullptr;
      Forward(user, [&](XmlEvents& events) {
        events.OnAttribute(is_default ? "" : "xmlns", is_default ? "xmlns" : View(namespaces[0]),
                           View(namespaces[1]));
      });
    }
    for (int i = 0; i < attribute_count; ++i, attributes += 5) {
      const std::string_view value =
          View(attributes[3], static_cast<int>(attributes[4] - attributes[3]));
      Forward(user, [&](XmlEvents& events) {
        events.OnAttribute(View(attributes[1]), View(attributes[0]), value);
      });
    }
  }

  static void EndElement(void* user, const xmlChar*, const xmlChar*, const xmlChar*) {
    Forward(user, [](XmlEvents& events) { events.OnEndElement(); });
  }

  static void Characters(void* user, const xmlChar* text, int length) {
    Forward(user, [&](XmlEvents& events) { events.OnText(View(text, length)); });
  }

  static void Reference(void* user, const xmlChar* name) {
    Forward(user, [&](XmlEvents& events) {
      events.OnText("&");
      events.OnText(View(name));
      events.OnText(";");
    });
  }

  static void Comment(void* user, const xmlChar* text) {
    Forward(user, [&](XmlEvents& events) { events.OnComment(View(text)); });
  }

  static void Instruction(void* user, const xmlChar* target, const xmlChar* data) {
    Forward(user, [&](XmlEvents& events) { events.OnInstruction(View(target), View(data)); });
  }

  // Errors are read off the context; this keeps libxml2 from printing them.
  static void Ignore(void*, xmlErrorPtr) {}

  static xmlSAXHandler Handler() {
    xmlSAXHandler handler = {};
    handler.initialized = XML_SAX2_MAGIC;
    handler.startDocument = StartDocument;
    handler.internalSubset = InternalSubset;
    handler.entityDecl = EntityDecl;
    handler.unparsedEntityDecl = UnparsedEntityDecl;
    handler.attributeDecl = AttributeDecl;
    handler.getEntity = GetEntity;
    handler.startElementNs = StartElement;
    handler.endElementNs = EndElement;
    handler.characters = Characters;
    handler.ignorableWhitespace = Characters;
    handler.cdataBlock = Characters;
    handler.reference = Reference;
    handler.comment = Comment;
    handler.processingInstruction = Instruction;
    handler.serror = Ignore;
    return handler;
  }
};

void XmlContext::Free::operator()(xmlParserCtxt* context) const {
  if (context->myDoc != nullptr) xmlFreeDoc(context->myDoc);
  xmlFreeParserCtxt(context);
}

XmlContext::XmlContext(XmlEvents& events) : events_(events) {
  xmlSAXHandler handler = Callbacks::Handler();
  context_.reset(xmlCreatePushParserCtxt(&handler, this, nullptr, 0, nullptr));
  if (context_ == nullptr) throw std::bad_alloc();
  xmlCtxtUseOptions(context_.get(), XML_PARSE_NONET);
  xmlDictSetLimit(context_->dict, kNameBytes);
}

XmlStatus XmlContext::Parse(std::string_view block, bool is_last) {
  block_ = block;
  position_before_ = Position();
  const int error =
      xmlParseChunk(context_.get(), block.data(), static_cast<int>(block.size()), is_last ? 1 : 0);
  stuck_ = Position() == position_before_;
  if (out_of_memory_) throw std::bad_alloc();
  if (stopped_) return XmlStatus::kOk;
  if (error == XML_ERR_NO_MEMORY) return XmlStatus::kNoMemory;
  if (error == XML_ERR_UNSUPPORTED_ENCODING || error == XML_ERR_UNKNOWN_ENCODING)
    return XmlStatus::kUnknownEncoding;
  return context_->wellFormed == 0 ? XmlStatus::kMalformed : XmlStatus::kOk;
}

void XmlContext::Stop() {
  stopped_ = true;
  xmlStopParser(context_.get());
}

uint64_t XmlContext::Position() const {
  const xmlParserInput* const input = context_->input;
  return input == nullptr ? 0 : input->consumed + static_cast<uint64_t>(input->cur - input->base);
}

size_t XmlContext::pending() const {
  const xmlParserInput* const input = context_->input;
  return input == nullptr ? 0 : static_cast<size_t>(input->end - input->cur);
}

std::string_view XmlContext::Unparsed() const {
  const xmlParserInput* const input = context_->input;
  if (input == nullptr || input->end == input->base) return block_;
  const uint64_t skip = position_before_ - std::min<uint64_t>(position_before_, input->consumed);
  const auto held = static_cast<size_t>(input->end - input->base);
  if (skip >= held) return block_;
  return View(input->base + skip, static_cast<int>(held - skip));
}

std::string_view XmlContext::declared_encoding() const {
  if (context_->encoding != nullptr) return View(context_->encoding);
  return context_->input == nullptr ? std::string_view() : View(context_->input->encoding);
}

int XmlContext::distinct_names() const { return xmlDictSize(context_->dict); }

}  // namespace rasp
