// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <bit>
#include <utility>

#include "core/ascii.h"
#include "http/body/charset.h"
#include "http/body/fact_sink.h"
#include "http/body/parsers.h"
#include "http/body/xml_context.h"
#include "http/byte_scan.h"

namespace rasp {
namespace {

// libxml2 gets blocks of this size, whatever the chunks were: where it stands when it finds an
// error depends on what it was given, and the facts must not depend on the chunks.
constexpr size_t kBlockBytes = 4096;

// libxml2 refuses what is nested more deeply than 256.
constexpr uint32_t kMaxDepth = 250;

// libxml2 compares each attribute of a tag, and each default of an element's attributes, to all
// before it; it looks at an incomplete token again whenever more of it comes; it keeps every name
// it has seen.
constexpr size_t kMaxEqualsInTag = 4096;
constexpr size_t kMaxAttributeDefaults = 1024;
constexpr uint64_t kMaxTokenBytes = 1 << 20;
constexpr int kMaxDistinctNames = 16384;

constexpr std::string_view kRoot = "xml";

bool IsDecodedByLibxml(std::string_view encoding) {
  return IsAsciiSuperset(encoding) || StartsWithIgnoreCase(encoding, "utf-16");
}

// Of a text that goes to the watcher in parts, each begins with the end of the one before. What is
// held of it before then is no more than the memory allows, or this for each open element.
constexpr size_t kOverlap = 2048;
constexpr size_t kLeastPart = 8 * 1024;

// With a watcher, a name is cut.
constexpr size_t kMaxPath = 4096;

// libxml2 resolves every reference in an attribute, but leaves an ampersand as "&#38;".
std::string_view WithAmpersands(std::string_view value, ByteBuffer& scratch) {
  constexpr std::string_view kAmpersand = "&#38;";
  size_t at = value.find(kAmpersand);
  if (at == value.npos) return value;
  scratch.clear();
  for (; at != value.npos; at = value.find(kAmpersand)) {
    scratch += value.substr(0, at + 1);
    value.remove_prefix(at + kAmpersand.size());
  }
  scratch += value;
  return scratch;
}

size_t CountEquals(std::string_view text) {
  namespace scan = byte_scan;
  size_t count = 0;
  while (text.size() >= sizeof(uint64_t)) {
    count += static_cast<size_t>(std::popcount(scan::Equal(scan::Load(text.data()), '=')));
    text.remove_prefix(sizeof(uint64_t));
  }
  return count + static_cast<size_t>(std::count(text.begin(), text.end(), '='));
}

// The text of an element is that between its own tags, whatever stands in between: "un<!-- -->ion"
// and "un<![CDATA[ion]]>" and "un<b/>ion" are all read as "union" by some application.
class XmlParser final : public BodyParser, private XmlEvents {
 public:
  XmlParser(const BodyLimits& limits, std::pmr::memory_resource& memory, BodyFacts& facts)
      : sink_(limits, memory, facts),
        block_(&memory),
        texts_(&memory),
        path_(kRoot, &memory),
        elements_(&memory),
        name_(&memory),
        value_(&memory),
        context_(*this) {
    block_.reserve(kBlockBytes);
  }

  void Feed(std::string_view chunk) override {
    sink_.facts().bytes += chunk.size();
    while (!chunk.empty() && !sink_.full()) {
      if (salvaging_) return TakeText(chunk);
      const std::string_view taken = chunk.substr(0, kBlockBytes - block_.size());
      block_.append(taken);
      chunk.remove_prefix(taken.size());
      if (block_.size() == kBlockBytes) ParseBlock(false);
    }
  }

  void Finish() override {
    if (sink_.full() || sink_.facts().bytes == 0) return;
    if (!salvaging_) ParseBlock(true);
    if (!sink_.full()) FlushElements();
  }

 private:
  struct Element {
    size_t text = 0;  // where in texts_ its text begins
    size_t path = 0;  // the size of its parent's path_
    bool has_child = false;
    bool is_markup = false;  // it is none, but what was salvaged
    size_t repeated = 0;     // bytes of its text that the watcher has seen
  };

  void ParseBlock(bool is_last) {
    const XmlStatus status = context_.Parse(block_, is_last);
    if (status == XmlStatus::kOk && !sink_.full()) CheckCost();
    if (status != XmlStatus::kOk || unsupported_ || too_costly_ || sink_.full()) FlushElements();
    if (status == XmlStatus::kUnknownEncoding || !IsDecodedByLibxml(context_.declared_encoding())) {
      unsupported_ = true;
    }
    if (unsupported_) {
      sink_.Fail(BodyError::kUnsupported, "the XML has an encoding that is not decoded");
      Salvage(block_);
    } else if (status == XmlStatus::kMalformed) {
      sink_.Fail(BodyError::kSyntax, "the XML is not well-formed");
      Salvage(context_.Unparsed());
    } else if (status == XmlStatus::kNoMemory) {
      sink_.Fail(BodyError::kMemory, "the XML needs more memory than there is");
      Salvage(context_.Unparsed());
    } else if (too_costly_) {
      Salvage(context_.Unparsed());
    }
    block_.clear();
  }

  // What libxml2 would not take, and all that follows, is one text, as it was written.
  void Salvage(std::string_view text) {
    if (sink_.full()) return;
    salvaging_ = true;
    elements_.push_back({texts_.size(), path_.size()});
    elements_.back().is_markup = true;
    TakeText(text);
  }

  // The document goes no further: the text of what is still open is kept.
  void FlushElements() {
    while (!elements_.empty()) EndElement();
  }

  void CheckCost() {
    if (!context_.stuck()) equals_in_tag_ = 0;
    equals_in_tag_ += CountEquals(block_);
    if (context_.pending() > std::min(sink_.limits().memory_bytes, kMaxTokenBytes) + kBlockBytes) {
      GiveUp(BodyError::kMemory, "the body holds more data than the limit allows");
    } else if (context_.stuck() && equals_in_tag_ > kMaxEqualsInTag) {
      GiveUp(BodyError::kArguments, "an XML tag has more attributes than the limit allows");
    } else if (context_.distinct_names() > kMaxDistinctNames) {
      GiveUp(BodyError::kMemory, "the XML has more distinct names than the limit allows");
    }
  }

  void GiveUp(BodyError error, std::string_view text) {
    sink_.Fail(error, text);
    too_costly_ = true;
  }

  void Refuse(BodyError error, std::string_view text) {
    sink_.Fail(error, text);
    context_.Stop();
  }

  bool HasRoom() {
    const BodyFacts& facts = sink_.facts();
    if (facts.xml_text.size() + facts.xml_attributes.size() < sink_.limits().arguments) return true;
    sink_.Fail(BodyError::kArguments, "the body has more arguments than the limit allows");
    StopIfFull();
    return false;
  }

  void StopIfFull() {
    if (sink_.full()) context_.Stop();
  }

  bool OnlyArguments() const { return sink_.limits().xml_arguments == XmlArguments::kOnly; }
  bool NoArguments() const { return sink_.limits().xml_arguments == XmlArguments::kOff; }

  void EmitText(std::string_view text) {
    if (OnlyArguments() || Trim(text).empty()) return;
    EndStream();
    if (HasRoom()) {
      sink_.AddXmlText(text);
    } else if (sink_.watches()) {
      sink_.Watch(BodyPart::kXmlText, {}, text);
    }
    StopIfFull();
  }

  // More of the innermost element's text.
  void TakeText(std::string_view text) {
    if (!sink_.watches()) {
      if (sink_.Append(texts_, text)) return;
      if (!elements_.empty()) EndElement();
      context_.Stop();
      return;
    }
    if (streaming_) sink_.Append(text);
    texts_.append(text);
    if (elements_.empty()) return texts_.clear();
    const uint64_t most = std::max<uint64_t>(sink_.Room(), BodyLimits::kPieceBytes);
    const size_t own = texts_.size() - elements_.back().text;
    if (own >= kLeastPart && (streaming_ || texts_.size() > most)) HandOver();
  }

  // There is no room for the text of the innermost element: the watcher sees what there is of it.
  // Its end stays, to be seen once more before what follows.
  void HandOver() {
    Element& element = elements_.back();
    const std::string_view text = std::string_view(texts_).substr(element.text);
    const bool begins = !streaming_ && !element.has_child && element.repeated == 0;
    if (begins && (NoArguments() || element.is_markup)) {
      sink_.BeginStream(BodyPart::kXmlText, {});
      sink_.Append(text);
      streaming_ = true;
    } else if (!streaming_) {
      WatchText(element, text);
    }
    element.repeated = std::min(text.size(), kOverlap);
    texts_.erase(element.text, text.size() - element.repeated);
  }

  void WatchText(const Element& element, std::string_view text) {
    if (text.size() == element.repeated) return;
    if (!OnlyArguments()) sink_.Watch(BodyPart::kXmlText, {}, text);
    if (NoArguments() || element.has_child || element.is_markup) return;
    sink_.Watch(BodyPart::kArgument, path_, text);
    ++sink_.facts().watched_arguments;
    sink_.facts().watched_argument_bytes += path_.size() + text.size();
  }

  // Something else than text follows.
  void EndStream() {
    if (!std::exchange(streaming_, false)) return;
    sink_.EndStream();
    Element& element = elements_.back();
    element.repeated = texts_.size() - element.text;
  }

  void EndElement() {
    EndStream();
    const Element element = elements_.back();
    elements_.pop_back();
    const std::string_view text = std::string_view(texts_).substr(element.text);
    if (element.repeated != 0) {
      WatchText(element, text);
    } else {
      EmitText(text);
      if (!element.has_child && !element.is_markup) EmitArgument(text);
    }
    texts_.resize(element.text);
    path_.resize(element.path);
  }

  // As ModSecurity 3 has it: the text of an element without elements in it, named by its path.
  void EmitArgument(std::string_view text) {
    if (NoArguments() || sink_.full()) return;
    sink_.AddArgument(path_, text);
    StopIfFull();
  }

  void OnDocument(std::string_view declared_encoding) override {
    if (IsDecodedByLibxml(declared_encoding)) return;
    unsupported_ = true;
    context_.Stop();
  }

  void OnDoctype(std::string_view public_id, std::string_view system_id) override {
    sink_.facts().has_doctype = true;
    EmitText(public_id);
    EmitText(system_id);
  }

  void OnEntityDeclaration(std::string_view content, std::string_view system_id) override {
    sink_.facts().has_entity_declaration = true;
    EmitText(content);
    EmitText(system_id);
  }

  void OnStartElement(std::string_view name) override {
    if (elements_.size() >= std::min(sink_.limits().depth, kMaxDepth)) {
      Refuse(BodyError::kDepth, "the XML is nested deeper than the limit allows");
      return;
    }
    EndStream();
    if (!elements_.empty()) elements_.back().has_child = true;
    elements_.push_back({texts_.size(), path_.size()});
    if (NoArguments()) return;
    if (sink_.watches()) {
      path_ += '.';
      path_ += name.substr(0, kMaxPath - std::min(kMaxPath, path_.size()));
    } else if (!sink_.Append(path_, ".") || !sink_.Append(path_, name)) {
      context_.Stop();
    }
  }

  void OnEndElement() override {
    if (!elements_.empty()) EndElement();
  }

  void OnAttribute(std::string_view prefix, std::string_view name,
                   std::string_view value) override {
    if (OnlyArguments()) return;
    const bool has_room = HasRoom();
    if (!has_room && !sink_.watches()) return;
    EndStream();
    name_ = prefix;
    if (!prefix.empty()) name_ += ':';
    name_ += name;
    value = WithAmpersands(value, value_);
    has_room ? sink_.AddXmlAttribute(name_, value)
             : sink_.Watch(BodyPart::kXmlAttribute, name_, value);
    StopIfFull();
  }

  void OnAttributeDefault(std::string_view name, std::string_view value) override {
    if (++attribute_defaults_ <= kMaxAttributeDefaults) return OnAttribute({}, name, value);
    GiveUp(BodyError::kArguments, "the XML declares more attributes than the limit allows");
    context_.Stop();
  }

  void OnText(std::string_view text) override { TakeText(text); }

  void OnComment(std::string_view text) override { EmitText(text); }

  void OnInstruction(std::string_view target, std::string_view data) override {
    value_ = target;
    if (!data.empty()) value_ += ' ';
    value_ += data;
    EmitText(value_);
  }

  FactSink sink_;
  ByteBuffer block_;                    // what libxml2 gets next
  ByteBuffer texts_;                    // of all open elements, the innermost's last
  ByteBuffer path_;                     // "xml.root.child" of the innermost open element
  std::pmr::vector<Element> elements_;  // those that are open
  ByteBuffer name_;                     // of an attribute
  ByteBuffer value_;                    // of an attribute, or an instruction
  size_t equals_in_tag_ = 0;
  size_t attribute_defaults_ = 0;
  bool unsupported_ = false;  // the encoding
  bool too_costly_ = false;
  bool salvaging_ = false;
  bool streaming_ = false;  // the innermost element's text, to the watcher
  XmlContext context_;
};

}  // namespace

BodyParserPtr MakeXmlParser(const BodyLimits& limits, std::pmr::memory_resource& memory,
                            BodyFacts& facts) {
  return PlaceParser<XmlParser>(memory, limits, memory, facts);
}

}  // namespace rasp
