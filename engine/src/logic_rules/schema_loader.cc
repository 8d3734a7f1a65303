// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "core/ascii.h"
#include "core/quoted.h"
#include "logic/schema_operator.h"
#include "logic_rules/positive_loaders.h"
#include "schema_rules/schema_compiler.h"

namespace rasp {
namespace {

using Kind = JsonNode::Kind;
using Unreadable = SchemaOperator::Unreadable;

// Schemas are compiled in one go: places remember which node is to become whose.
struct SchemaDraft {
  SchemaOperator& op;
  SchemaCompiler& compiler;
  std::vector<std::pair<const JsonNode*, FieldRules*>> forms;
  std::vector<std::pair<const JsonNode*, std::vector<SchemaOperator::Media>*>> media;
};

void AddFields(JsonReader& json, const JsonNode& node, std::optional<FieldRules>& rules,
               SchemaDraft& out) {
  if (!node.Is(Kind::kObject)) return json.WrongType(node, "a schema: an object");
  out.compiler.Add(node);
  out.forms.emplace_back(&node, &rules.emplace());
}

void ReadPath(JsonReader& json, const JsonNode& node, SchemaDraft& out) {
  AddFields(json, node, out.op.path, out);
}
void ReadQuery(JsonReader& json, const JsonNode& node, SchemaDraft& out) {
  AddFields(json, node, out.op.query, out);
}
void ReadHeaders(JsonReader& json, const JsonNode& node, SchemaDraft& out) {
  AddFields(json, node, out.op.headers, out);
}
void ReadCookies(JsonReader& json, const JsonNode& node, SchemaDraft& out) {
  AddFields(json, node, out.op.cookies, out);
}

bool IsMediaType(std::string_view text) {
  const size_t slash = text.find('/');
  const bool plain = std::all_of(text.begin(), text.end(), [](char c) {
    return !IsSpace(c) && c != ';' && c != ',' && ToLower(c) == c;
  });
  return plain && slash != text.npos && slash > 0 && slash + 1 < text.size();
}

void ReadBody(JsonReader& json, const JsonNode& node, SchemaDraft& out) {
  if (!node.Is(Kind::kObject)) {
    return json.WrongType(node, "an object of media types and their schemas");
  }
  std::vector<SchemaOperator::Media>& bodies = out.op.bodies.emplace();
  for (const JsonNode* member : node.children) {
    if (!IsMediaType(member->name)) {
      json.Error(*member, "bad-value",
                 Quoted(member->name) +
                     " is no media type: write it in lower case, without parameters, as in "
                     "\"application/json\"");
      continue;
    }
    SchemaOperator::Media media;
    media.type = member->name;
    media.node = out.compiler.Add(*member);
    bodies.push_back(std::move(media));
  }
  out.media.emplace_back(&node, &bodies);
}

void ReadRequired(JsonReader& json, const JsonNode& node, SchemaDraft& out) {
  out.op.body_required = json.Bool(node).value_or(false);
}

Unreadable ReadPolicy(JsonReader& json, const JsonNode& node) {
  constexpr std::string_view kWords[] = {"refuse", "pass"};
  return json.OneOf(node, kWords).value_or(0) == 1 ? Unreadable::kPass : Unreadable::kRefuse;
}
void ReadUnparsable(JsonReader& json, const JsonNode& node, SchemaDraft& out) {
  out.op.unreadable = ReadPolicy(json, node);
}
void ReadOversize(JsonReader& json, const JsonNode& node, SchemaDraft& out) {
  out.op.oversize = ReadPolicy(json, node);
}

constexpr JsonField<SchemaDraft> kFields[] = {
    {"path", ReadPath},         {"query", ReadQuery},
    {"headers", ReadHeaders},   {"cookies", ReadCookies},
    {"body", ReadBody},         {"body_required", ReadRequired},
    {"oversize", ReadOversize}, {"unparsable", ReadUnparsable},
};

void FinishForms(SchemaDraft& draft) {
  for (const auto& [node, rules] : draft.forms) *rules = draft.compiler.Fields(*node);
  for (const auto& [node, bodies] : draft.media) {
    size_t next = 0;
    for (const JsonNode* member : node->children) {
      const bool read = next < bodies->size() && (*bodies)[next].type == member->name;
      if (read) (*bodies)[next++].fields = draft.compiler.Fields(*member);
    }
  }
}

// Other cookies and fields of a head are the browser's and the protocol's.
void OpenHead(SchemaOperator& op) {
  if (op.headers) {
    op.headers->ignores_case = true;
    op.headers->additional = true;
    for (FieldRule& rule : op.headers->rules) {
      std::transform(rule.name.begin(), rule.name.end(), rule.name.begin(), ToLower);
    }
    std::sort(op.headers->rules.begin(), op.headers->rules.end(),
              [](const FieldRule& a, const FieldRule& b) { return a.name < b.name; });
  }
  if (op.cookies) op.cookies->additional = true;
}

}  // namespace

std::unique_ptr<const LogicOperator> LoadSchema(RuleReader& reader, const JsonNode& argument) {
  auto op = std::make_unique<SchemaOperator>();
  bool answered = false;
  if (!reader.OnEvent(&answered)) return nullptr;
  if (answered) {
    reader.json.Error(argument, "bad-event",
                      "a schema is of a request: this event hangs on the response");
    return nullptr;
  }
  SchemaCompiler compiler(reader.json, op->schema);
  SchemaDraft draft{*op, compiler, {}, {}};
  ReadFields<SchemaDraft>(reader.json, argument, kFields, draft);
  compiler.Finish();
  FinishForms(draft);
  OpenHead(*op);
  if (op->bodies) reader.Reach(LogicStage::kRequestBody);
  return op;
}

std::unique_ptr<const CompiledLogic::Extension> LoadSchemas(JsonReader& json, const JsonNode& value,
                                                            CompiledLogic&) {
  if (!value.Is(Kind::kObject)) json.WrongType(value, "an object of schemas by name");
  return nullptr;
}

}  // namespace rasp
