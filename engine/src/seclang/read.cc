// SPDX-License-Identifier: Apache-2.0
#include "seclang/read.h"

#include <glob.h>

#include <algorithm>

#include "core/ascii.h"
#include "core/nearest_name.h"
#include "core/quoted.h"
#include "seclang/directives.h"
#include "seclang/rules.h"

namespace rasp {
namespace {

constexpr size_t kDeepestInclude = 16;
constexpr size_t kMostFiles = 4096;
constexpr size_t kMostFindings = 1000;

const DirectiveDef* FindDirective(std::string_view name) {
  for (const DirectiveDef& def : SecLangDirectives()) {
    if (EqualsIgnoreCase(def.name, name)) return &def;
  }
  return nullptr;
}

void UnknownDirective(Session& session, const Directive& directive) {
  const std::string_view name = directive.name.text();
  if (!name.empty() && name.front() == '<') {
    return session.Error(directive.name.where(), "apache-section",
                         "sections are Apache's: remove it, and load these rules in the nginx "
                         "location that they are for");
  }
  std::vector<std::string_view> names;
  for (const DirectiveDef& def : SecLangDirectives()) names.push_back(def.name);
  const std::string_view nearest = NearestName(name, names);
  session.Error(directive.name.where(), "unknown-directive",
                "there is no directive " + Quoted(name) +
                    (nearest.empty() ? std::string(": correct or remove it")
                                     : ": did you mean \"" + std::string(nearest) + "\"?"));
}

bool FitsCount(Session& session, const DirectiveDef& def, const Directive& directive) {
  const size_t count = directive.arguments.size();
  if (count >= def.least && (count <= def.most || def.most == DirectiveDef::kAnyNumber))
    return true;
  const bool few = count < def.least;
  const SourceLocation where = few ? directive.name.where() : directive.arguments[def.most].where();
  session.Error(where, few ? "missing-argument" : "extra-argument",
                (few ? "an argument is missing: write " : "one argument too many: write ") +
                    std::string(def.name) + (def.arguments.empty() ? "" : " ") +
                    std::string(def.arguments) +
                    (few ? "" : ", arguments with blanks in double quotes"));
  return false;
}

bool GoesOnWithChain(std::string_view name) {
  return EqualsIgnoreCase(name, "SecRule") || EqualsIgnoreCase(name, "SecAction");
}

void ReadDirective(Session& session, const Directive& directive) {
  const std::string_view name = directive.name.text();
  const DirectiveDef* def = FindDirective(name);
  if (session.draft && !GoesOnWithChain(name))
    EndChain(session, def == nullptr ? Quoted(name) : def->name);
  if (def == nullptr && !directive.broken) return UnknownDirective(session, directive);
  if (directive.broken || !FitsCount(session, *def, directive)) {
    if (GoesOnWithChain(name)) SkipBrokenRule(session, directive);
    return;
  }
  if (def->read != nullptr) return def->read(session, directive);
  const std::string text = std::string(def->name) + " " + std::string(def->summary);
  if (def->effect == DirectiveDef::Effect::kNoEffect)
    session.Warn(directive.name.where(), "no-effect", text);
  if (def->effect == DirectiveDef::Effect::kRefused)
    session.Refuse(directive.name.where(), "unsupported", text);
}

// A file in which everything is wrong is no SecLang: to tell so a thousand times helps nobody.
bool TooMuchIsWrong(Session& session) {
  if (session.gave_up) return true;
  if (session.diagnostics.size() - session.findings_before < kMostFindings) return false;
  session.gave_up = true;
  session.Error({session.open_files.back(), 0, 0, ""}, "too-many-findings",
                "reading ends here: correct what is said above first");
  return true;
}

std::vector<std::string> Glob(const std::string& pattern) {
  std::vector<std::string> files;
  glob_t found{};
  if (glob(pattern.c_str(), 0, nullptr, &found) == 0)
    files.assign(found.gl_pathv, found.gl_pathv + found.gl_pathc);
  globfree(&found);
  return files;
}

std::vector<std::string> FilesOf(const Session& session, const std::string& pattern) {
  if (pattern.find_first_of("*?[") == std::string::npos) return {pattern};
  return session.options.find_files ? session.options.find_files(pattern) : Glob(pattern);
}

void IncludeFile(Session& session, const std::string& file, const SourceLocation& where,
                 bool optional) {
  const auto& open = session.open_files;
  if (std::find(open.begin(), open.end(), file) != open.end()) {
    return session.Error(where, "include-cycle",
                         Quoted(file) + " includes itself by this: remove one Include");
  }
  if (++session.files_read > kMostFiles) {
    if (session.files_read == kMostFiles + 1)
      session.Error(where, "too-many-files", "more than 4096 files are included: load fewer");
    return;
  }
  const Result<std::string> text = session.options.read_file
                                       ? session.options.read_file(file)
                                       : Result<std::string>::Failure("no file can be read here");
  if (text) return ReadSource(session, *text, file);
  if (!optional) session.Error(where, "unreadable-file", Quoted(file) + ": " + text.error());
}

void Include(Session& session, const Directive& directive, bool optional) {
  const Piece& argument = directive.arguments[0];
  const SourceLocation where = argument.where();
  if (session.open_files.size() > kDeepestInclude) {
    return session.Error(where, "include-depth",
                         "files include each other more than 16 deep: include them from one file");
  }
  const std::string pattern = PathBeside(session.open_files.back(), argument.text());
  const std::vector<std::string> files = FilesOf(session, pattern);
  if (files.empty() && !optional) {
    return session.Error(where, "unreadable-file",
                         "no file is named by " + Quoted(pattern) +
                             ": correct it, or use IncludeOptional if that may be");
  }
  for (const std::string& file : files) IncludeFile(session, file, where, optional);
}

}  // namespace

std::string PathBeside(std::string_view file, std::string_view path) {
  const size_t slash = file.rfind('/');
  if (path.empty() || path.front() == '/' || slash == std::string_view::npos)
    return std::string(path);
  return std::string(file.substr(0, slash + 1)) + std::string(path);
}

void ReadSource(Session& session, std::string_view text, const std::string& file) {
  session.open_files.push_back(file);
  const SourceText source(file, text);
  Lexer lexer(source, session.diagnostics);
  Directive directive;
  while (!TooMuchIsWrong(session) && lexer.Next(directive)) ReadDirective(session, directive);
  EndChain(session, "the end of the file");
  session.open_files.pop_back();
}

void ReadInclude(Session& session, const Directive& directive) {
  Include(session, directive, /*optional=*/false);
}

void ReadIncludeOptional(Session& session, const Directive& directive) {
  Include(session, directive, /*optional=*/true);
}

}  // namespace rasp
