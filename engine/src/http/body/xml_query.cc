// SPDX-License-Identifier: Apache-2.0
#include "http/body/xml_query.h"

#include <libxml/SAX2.h>
#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <libxml/xmlerror.h>
#include <libxml/xpath.h>
#include <libxml/xpathInternals.h>

#include <algorithm>
#include <new>

namespace rasp {
namespace {

struct FreeContext {
  void operator()(xmlXPathContext* context) const { xmlXPathFreeContext(context); }
};
struct FreeExpression {
  void operator()(xmlXPathCompExpr* expression) const { xmlXPathFreeCompExpr(expression); }
};
struct FreeObject {
  void operator()(xmlXPathObject* object) const { xmlXPathFreeObject(object); }
};
struct FreeText {
  void operator()(xmlChar* text) const { xmlFree(text); }
};
struct FreeParser {
  void operator()(xmlParserCtxt* context) const { xmlFreeParserCtxt(context); }
};
struct FreeDocument {
  void operator()(xmlDoc* document) const { xmlFreeDoc(document); }
};

using Context = std::unique_ptr<xmlXPathContext, FreeContext>;
using Expression = std::unique_ptr<xmlXPathCompExpr, FreeExpression>;
using Object = std::unique_ptr<xmlXPathObject, FreeObject>;
using Text = std::unique_ptr<xmlChar, FreeText>;
using Document = std::unique_ptr<xmlDoc, FreeDocument>;

const xmlChar* Chars(const std::string& text) {
  return reinterpret_cast<const xmlChar*>(text.c_str());
}

// Keeps libxml2 from printing errors; they are read off the context.
void Ignore(void*, xmlErrorPtr) {}

// Some errors go to a handler of this thread's instead, which prints unless it is another.
class Quiet {
 public:
  Quiet() : handler_(xmlGenericError), context_(xmlGenericErrorContext) {
    xmlSetGenericErrorFunc(nullptr, Print);
  }
  ~Quiet() { xmlSetGenericErrorFunc(context_, handler_); }
  Quiet(const Quiet&) = delete;
  Quiet& operator=(const Quiet&) = delete;

 private:
  static void Print(void*, const char*, ...) {}

  xmlGenericErrorFunc handler_;
  void* context_;
};

// What rules select with is an operator's, but what it is run on is a client's: the steps are
// counted.
Context MakeContext(const XmlQuery& query, xmlDoc* document) {
  Context context(xmlXPathNewContext(document));
  if (context == nullptr) throw std::bad_alloc();
  context->error = Ignore;
  context->opLimit = XmlDocument::kMaxSteps;
  for (const auto& [prefix, uri] : query.namespaces) {
    if (xmlXPathRegisterNs(context.get(), Chars(prefix), Chars(uri)) != 0) throw std::bad_alloc();
  }
  return context;
}

int ErrorOf(const xmlXPathContext& context) {
  return context.lastError.code == 0 ? XPATH_EXPR_ERROR
                                     : context.lastError.code - XML_XPATH_EXPRESSION_OK;
}

bool WasTooCostly(const xmlXPathContext& context) {
  const int error = ErrorOf(context);
  return error == XPATH_OP_LIMIT_EXCEEDED || error == XPATH_MEMORY_ERROR ||
         error == XPATH_RECURSION_LIMIT_EXCEEDED;
}

std::string ErrorText(const xmlXPathContext& context) {
  switch (ErrorOf(context)) {
    case XPATH_UNDEF_PREFIX_ERROR:
      return "it has a prefix that no xmlns action declares";
    case XPATH_UNKNOWN_FUNC_ERROR:
      return "it calls a function that XPath 1.0 does not have";
    case XPATH_UNDEF_VARIABLE_ERROR:
      return "it has a variable, and rules can give it none";
    case XPATH_INVALID_ARITY:
      return "it calls a function with the wrong number of arguments";
    case XPATH_INVALID_TYPE:
      return "it takes something for a node set that is none";
    default:
      return "it is not a well-formed XPath 1.0 expression";
  }
}

}  // namespace

Result<bool> CheckXPath(const XmlQuery& query) {
  using Checked = Result<bool>;
  if (query.xpath.find('\0') != std::string::npos) return Checked::Failure("it holds a NUL");
  const Quiet quiet;
  const Document empty(xmlNewDoc(reinterpret_cast<const xmlChar*>("1.0")));
  if (empty == nullptr) throw std::bad_alloc();
  const Context context = MakeContext(query, empty.get());
  const Expression expression(xmlXPathCtxtCompile(context.get(), Chars(query.xpath)));
  if (expression == nullptr) return Checked::Failure(ErrorText(*context));
  context->node = reinterpret_cast<xmlNode*>(empty.get());
  const Object result(xmlXPathCompiledEval(expression.get(), context.get()));
  if (result == nullptr) return Checked::Failure(ErrorText(*context));
  return true;
}

// The parser that builds the tree, and what it is kept from.
struct XmlDocument::Tree {
  Document document;
  uint32_t nodes = 0;
  bool too_many = false;

  static Tree& Of(void* context) {
    return *static_cast<Tree*>(static_cast<xmlParserCtxt*>(context)->_private);
  }
  static void StartElement(void* context, const xmlChar* name, const xmlChar* prefix,
                           const xmlChar* uri, int namespace_count, const xmlChar** namespaces,
                           int attribute_count, int default_count, const xmlChar** attributes) {
    Tree& tree = Of(context);
    tree.nodes += 1 + static_cast<uint32_t>(namespace_count + attribute_count);
    if (tree.nodes > kMaxNodes) {
      tree.too_many = true;
      xmlStopParser(static_cast<xmlParserCtxt*>(context));
      return;
    }
    xmlSAX2StartElementNs(context, name, prefix, uri, namespace_count, namespaces, attribute_count,
                          default_count, attributes);
  }
  static void NoSubset(void*, const xmlChar*, const xmlChar*, const xmlChar*) {}
  static void NoEntity(void*, const xmlChar*, int, const xmlChar*, const xmlChar*, xmlChar*) {}
  static void NoUnparsedEntity(void*, const xmlChar*, const xmlChar*, const xmlChar*,
                               const xmlChar*) {}
  static void NoAttribute(void*, const xmlChar*, const xmlChar*, int, int, const xmlChar*,
                          xmlEnumerationPtr values) {
    xmlFreeEnumeration(values);
  }
  static void NoElement(void*, const xmlChar*, int, xmlElementContentPtr) {}
  static void NoNotation(void*, const xmlChar*, const xmlChar*, const xmlChar*) {}
  static xmlEntityPtr NoneOf(void*, const xmlChar*) { return nullptr; }
  static void NoReference(void*, const xmlChar*) {}

  static void Restrict(xmlSAXHandler& sax) {
    sax.startElementNs = StartElement;
    sax.internalSubset = NoSubset;
    sax.externalSubset = NoSubset;
    sax.entityDecl = NoEntity;
    sax.unparsedEntityDecl = NoUnparsedEntity;
    sax.attributeDecl = NoAttribute;
    sax.elementDecl = NoElement;
    sax.notationDecl = NoNotation;
    sax.getEntity = NoneOf;
    sax.getParameterEntity = NoneOf;
    sax.reference = NoReference;
    sax.serror = Ignore;
  }
};

XmlDocument::XmlDocument(std::string_view body) : tree_(std::make_unique<Tree>()) {
  const std::unique_ptr<xmlParserCtxt, FreeParser> parser(
      xmlCreateMemoryParserCtxt(body.data(), static_cast<int>(body.size())));
  if (parser == nullptr) {
    if (body.empty()) return;
    throw std::bad_alloc();
  }
  parser->_private = tree_.get();
  xmlCtxtUseOptions(parser.get(), XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
  Tree::Restrict(*parser->sax);
  xmlParseDocument(parser.get());
  tree_->document.reset(parser->myDoc);
  parser->myDoc = nullptr;
  complete_ = !tree_->too_many;
}

XmlDocument::~XmlDocument() = default;

bool XmlDocument::Select(const XmlQuery& query, uint64_t max_bytes, Visitor& visitor) const {
  xmlDoc* const document = tree_->document.get();
  if (document == nullptr) return true;
  const Quiet quiet;
  const Context context = MakeContext(query, document);
  context->node = reinterpret_cast<xmlNode*>(document);
  const Expression expression(xmlXPathCtxtCompile(context.get(), Chars(query.xpath)));
  if (expression == nullptr) return true;  // was checked when the rules were loaded
  context->opCount = 0;
  const Object result(xmlXPathCompiledEval(expression.get(), context.get()));
  if (result == nullptr) return !WasTooCostly(*context);
  const auto visit = [&](const Text& text) {
    if (text == nullptr) throw std::bad_alloc();
    const std::string_view value(reinterpret_cast<const char*>(text.get()));
    if (value.size() > max_bytes) return false;
    max_bytes -= value.size();
    visitor.Visit(value);
    return true;
  };
  if (result->type != XPATH_NODESET) return visit(Text(xmlXPathCastToString(result.get())));
  const xmlNodeSet* const nodes = result->nodesetval;
  for (int i = 0; nodes != nullptr && i < nodes->nodeNr; ++i) {
    if (!visit(Text(xmlXPathCastNodeToString(nodes->nodeTab[i])))) return false;
  }
  return true;
}

}  // namespace rasp
