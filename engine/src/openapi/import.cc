// SPDX-License-Identifier: Apache-2.0
#include "rasp/openapi.h"

#include <array>
#include <map>
#include <set>
#include <vector>

#include "core/ascii.h"
#include "core/quoted.h"
#include "json_rules/document.h"
#include "json_rules/reader.h"
#include "openapi/schema_text.h"

namespace rasp {
namespace {

using Kind = JsonNode::Kind;

constexpr std::string_view kMethods[] = {"get",   "put",  "post",    "delete",
                                         "patch", "head", "options", "trace"};
constexpr std::string_view kPlaces[] = {"path", "query", "header", "cookie"};
constexpr std::string_view kMembers[] = {"path", "query", "headers", "cookies"};
constexpr size_t kPlaceCount = std::size(kPlaces);

// "Pet Store" becomes "pet-store".
std::string Slug(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (IsAlpha(c) || IsDigit(c)) {
      out += ToLower(c);
    } else if (!out.empty() && out.back() != '-') {
      out += '-';
    }
  }
  while (!out.empty() && out.back() == '-') out.pop_back();
  return out.empty() ? "api" : out;
}

std::string_view TextOf(const JsonNode& node, std::string_view member) {
  const JsonNode* const found = node.Find(member);
  return found != nullptr && found->Is(Kind::kString) ? std::string_view(found->text)
                                                      : std::string_view();
}

bool FlagOf(const JsonNode& node, std::string_view member, bool otherwise = false) {
  const JsonNode* const found = node.Find(member);
  return found != nullptr && found->Is(Kind::kBool) ? found->boolean : otherwise;
}

// The parameters of one place.
struct Parameters {
  std::map<std::string, std::string> schemas;  // by name
  std::vector<std::string> required;
  bool open = false;  // others may come
  bool empty() const { return schemas.empty() && !open; }
};

class Importer {
 public:
  Importer(JsonReader& json, const OpenApiOptions& options)
      : json_(json), options_(options), schemas_(json) {}

  std::string Import(const JsonNode& root) {
    if (!root.Is(Kind::kObject)) {
      json_.WrongType(root, "an OpenAPI document: an object");
      return {};
    }
    CheckVersion(root);
    ReadBase(root);
    const JsonNode* const paths = root.Find("paths");
    if (paths == nullptr || !paths->Is(Kind::kObject)) {
      json_.MissingKey(root, "paths");
      return {};
    }
    for (const JsonNode* path : paths->children) ReadPath(*path);
    return Document(root);
  }

 private:
  void CheckVersion(const JsonNode& root) {
    const std::string_view version = TextOf(root, "openapi");
    if (version.starts_with("3.0") || version.starts_with("3.1")) return;
    const bool old = root.Find("swagger") != nullptr;
    json_.Error(root, "openapi-version",
                old ? "Swagger 2.0 is not read: convert the document to OpenAPI 3"
                    : "no OpenAPI 3.0 or 3.1: write \"openapi\": \"3.0.3\"");
  }

  // The path that all operations begin with, of the first server.
  void ReadBase(const JsonNode& root) {
    const JsonNode* const servers = root.Find("servers");
    if (servers == nullptr || !servers->Is(Kind::kArray) || servers->children.empty()) return;
    std::string_view url = TextOf(*servers->children[0], "url");
    const size_t scheme = url.find("://");
    if (scheme != url.npos) {
      url.remove_prefix(scheme + 3);
      url.remove_prefix(std::min(url.find('/'), url.size()));
    }
    while (url.ends_with('/')) url.remove_suffix(1);
    if (url.find('{') != url.npos) {
      json_.Warning(*servers->children[0], "server-variables",
                    "variables in a server's path are not filled in: put the path itself there");
      return;
    }
    if (url.starts_with('/')) base_ = url;
    if (servers->children.size() > 1) {
      json_.Warning(*servers, "many-servers",
                    "operations are matched below the first server's path alone");
    }
  }

  void ReadPath(const JsonNode& path) {
    if (path.name.starts_with("x-")) return;
    if (!path.name.starts_with('/')) {
      return json_.Error(path, "bad-path", Quoted(path.name) + " is no path: begin with '/'");
    }
    const JsonNode* const item = schemas_.Resolve(path);
    if (item == nullptr) return;
    for (const JsonNode* member : item->children) {
      for (const std::string_view method : kMethods) {
        if (member->name == method) ReadOperation(path.name, *item, *member);
      }
    }
  }

  // The template as models write it; a segment that is a parameter in part becomes one whole.
  std::string TemplateOf(const JsonNode& operation, std::string_view path,
                         std::set<std::string>& known) {
    std::string out = base_;
    size_t partial = 0;
    while (!path.empty()) {
      path.remove_prefix(1);
      const std::string_view segment = path.substr(0, path.find('/'));
      path.remove_prefix(segment.size());
      const bool whole = segment.starts_with('{') && segment.find('}') == segment.size() - 1;
      out += '/';
      if (whole || segment.find('{') == segment.npos) {
        out += segment;
        if (whole) known.emplace(segment.substr(1, segment.size() - 2));
      } else {
        out += "{part" + std::to_string(++partial) + "}";
        json_.Warning(operation, "partial-segment",
                      Quoted(segment) + " is a parameter in part: the whole segment is left open");
      }
    }
    return out;
  }

  std::string NameOf(const JsonNode& operation, std::string_view path) {
    std::string name;
    const std::string_view id = TextOf(operation, "operationId");
    const std::string made = std::string(operation.name) + std::string(path);
    for (const char c : id.empty() ? std::string_view(made) : id) {
      const bool plain = IsAlpha(c) || IsDigit(c) || c == '.' || c == '_';
      if (plain) {
        name += c;
      } else if (!name.empty() && name.back() != '-') {
        name += '-';
      }
    }
    while (!name.empty() && name.back() == '-') name.pop_back();
    if (name.empty() || !IsAlpha(name[0])) name = "op-" + name;
    name.resize(std::min<size_t>(name.size(), 100));
    std::string unique = name;
    for (int i = 2; !names_.insert(unique).second; ++i) unique = name + "-" + std::to_string(i);
    return unique;
  }

  void ReadOperation(std::string_view path, const JsonNode& item, const JsonNode& operation) {
    if (!operation.Is(Kind::kObject)) return json_.WrongType(operation, "an object");
    std::array<Parameters, kPlaceCount> parameters;
    if (const JsonNode* list = item.Find("parameters")) ReadParameters(*list, parameters);
    if (const JsonNode* list = operation.Find("parameters")) ReadParameters(*list, parameters);
    std::set<std::string> in_path;
    std::string method(operation.name);
    for (char& c : method) c = ToUpper(c);
    const std::string match = method + " " + TemplateOf(operation, path, in_path);
    std::erase_if(parameters[0].schemas,
                  [&](const auto& entry) { return !in_path.contains(entry.first); });
    std::erase_if(parameters[0].required,
                  [&](const std::string& name) { return !in_path.contains(name); });
    const std::string name = NameOf(operation, path);
    operations_ += operations_.empty() ? "" : ",\n";
    operations_ += "    " + QuotedJson(name) + ": {\"match\": " + QuotedJson(match) + "}";
    std::string schema;
    for (size_t place = 0; place < kPlaceCount; ++place) {
      const bool closed = kPlaces[place] == "query";
      if (parameters[place].empty() && !closed) continue;
      if (!closed) parameters[place].open = true;
      schema += "\n      " + QuotedJson(kMembers[place]) + ": " + Written(parameters[place]) + ",";
    }
    schema += WriteBody(operation);
    AddRule(operation, name, schema);
  }

  void AddRule(const JsonNode& operation, const std::string& name, const std::string& schema) {
    std::string_view summary = TextOf(operation, "summary");
    if (summary.empty()) summary = name;
    rules_ += rules_.empty() ? "" : ",\n";
    rules_ += "    {\"id\": " + std::to_string(options_.first_id + rule_count_++) +
              ", \"name\": " + QuotedJson("Not as described: " + std::string(summary)) +
              ",\n     \"mode\": " + QuotedJson(options_.mode) + ", \"then\": \"block 422\"" +
              ", \"on\": " + QuotedJson(name) + ",\n     \"schema\": {" + schema + "}}";
  }

  static std::string Written(const Parameters& parameters) {
    std::string out = "{\"type\": \"object\"";
    if (!parameters.open) out += ", \"additionalProperties\": false";
    std::string required;
    for (const std::string& name : parameters.required) {
      required += (required.empty() ? "" : ", ") + QuotedJson(name);
    }
    if (!required.empty()) out += ", \"required\": [" + required + "]";
    std::string properties;
    for (const auto& [name, schema] : parameters.schemas) {
      properties += (properties.empty() ? "" : ", ") + QuotedJson(name) + ": " + schema;
    }
    return out + ", \"properties\": {" + properties + "}}";
  }

  // Those of an operation replace those of its path.
  void ReadParameters(const JsonNode& list, std::array<Parameters, kPlaceCount>& out) {
    for (const JsonNode* entry : json_.Items(list)) {
      const JsonNode* const parameter = schemas_.Resolve(*entry);
      if (parameter == nullptr) continue;
      const JsonNode* const in = parameter->Find("in");
      const std::string name(TextOf(*parameter, "name"));
      if (in == nullptr || name.empty()) {
        json_.MissingKey(*parameter, in == nullptr ? "in" : "name");
        continue;
      }
      const std::optional<size_t> place = json_.OneOf(*in, kPlaces);
      if (place) ReadParameter(*parameter, name, *place, out[*place]);
    }
  }

  void ReadParameter(const JsonNode& parameter, const std::string& name, size_t place,
                     Parameters& out) {
    std::string schema = "true";
    const JsonNode* const said = parameter.Find("schema");
    if (said != nullptr) {
      const JsonNode* const plain = schemas_.Resolve(*said);
      const std::string_view type = plain == nullptr ? "" : TextOf(*plain, "type");
      const std::string_view style = TextOf(parameter, "style");
      const bool form = style.empty() ? place == 1 || place == 3 : style == "form";
      if (type == "object") {
        out.open = true;
        json_.Warning(parameter, "object-parameter",
                      "an object as a parameter is not checked: others may come beside it");
      } else if (type == "array" && !(form && FlagOf(parameter, "explode", true))) {
        schema = ListOf(parameter, *said, style);
      } else {
        schema = schemas_.Write(*said);
      }
    }
    std::erase(out.required, name);
    if (FlagOf(parameter, "required")) out.required.push_back(name);
    out.schemas[name] = std::move(schema);
  }

  // A list in one value: its items are parted by a delimiter.
  std::string ListOf(const JsonNode& parameter, const JsonNode& schema, std::string_view style) {
    const std::string_view delimiter = style == "pipeDelimited"    ? "|"
                                       : style == "spaceDelimited" ? " "
                                                                   : ",";
    if (style == "matrix" || style == "label") {
      json_.Warning(parameter, "parameter-style",
                    "a parameter in this style is not checked: use \"simple\" or \"form\"");
      return "true";
    }
    return "{\"type\": \"array\", \"x-delimiter\": " + QuotedJson(delimiter) + ", \"allOf\": [" +
           schemas_.Write(schema) + "]}";
  }

  std::string WriteBody(const JsonNode& operation) {
    const JsonNode* const said = operation.Find("requestBody");
    if (said == nullptr) return "\n      \"body\": {}";
    const JsonNode* const body = schemas_.Resolve(*said);
    const JsonNode* const content = body == nullptr ? nullptr : body->Find("content");
    if (content == nullptr || !content->Is(Kind::kObject)) {
      if (body != nullptr) json_.MissingKey(*body, "content");
      return "\n      \"body\": {\"*/*\": true}";
    }
    std::string out;
    std::set<std::string> types;
    for (const JsonNode* media : content->children) {
      std::string type;
      for (const char c : Trim(std::string_view(media->name).substr(0, media->name.find(';')))) {
        type += ToLower(c);
      }
      if (!types.insert(type).second) continue;
      const JsonNode* const schema = media->Find("schema");
      out += (out.empty() ? "" : ",\n        ") + QuotedJson(type) + ": " +
             (schema == nullptr ? "true" : schemas_.Write(*schema));
    }
    const bool required = FlagOf(*body, "required");
    return std::string(required ? "\n      \"body_required\": true," : "") + "\n      \"body\": {" +
           out + "}";
  }

  std::string Document(const JsonNode& root) {
    const JsonNode* const info = root.Find("info");
    const std::string_view title = info == nullptr ? "" : TextOf(*info, "title");
    const std::string_view version = info == nullptr ? "" : TextOf(*info, "version");
    const std::string named = schemas_.WriteNamed();
    if (rules_.empty()) {
      json_.Error(root, "no-operations", "no path has an operation: describe one under \"paths\"");
      return {};
    }
    return "{\n  \"model\": " + QuotedJson(Slug(title)) +
           ",\n  \"version\": " + QuotedJson(version.empty() ? "1" : version) +
           ",\n  \"operations\": {\n" + operations_ + "\n  },\n  \"schemas\": {\n" + named +
           (named.empty() ? "" : "\n") + "  },\n  \"rules\": [\n" + rules_ + "\n  ]\n}\n";
  }

  JsonReader& json_;
  const OpenApiOptions& options_;
  SchemaText schemas_;
  std::string base_;
  std::set<std::string> names_;
  std::string operations_;
  std::string rules_;
  uint64_t rule_count_ = 0;
};

}  // namespace

std::string ImportOpenApi(std::string_view text, const std::string& file,
                          const OpenApiOptions& options, Diagnostics& diagnostics) {
  Diagnostics own;
  const JsonDocument document = ParseJsonDocument(text, file, own);
  JsonReader json(file, own);
  std::string model;
  if (!document.nodes.empty()) model = Importer(json, options).Import(document.nodes.front());
  if (HasErrors(own)) model.clear();
  diagnostics.insert(diagnostics.end(), own.begin(), own.end());
  return model;
}

}  // namespace rasp
