// SPDX-License-Identifier: Apache-2.0
#include "cli/ftw/suite.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <optional>

#include "cli/ftw/base64.h"
#include "cli/ftw/yaml.h"

namespace rasp::ftw {
namespace {

namespace fs = std::filesystem;

bool IsYaml(const fs::path& path) {
  return path.extension() == ".yaml" || path.extension() == ".yml";
}

Result<std::vector<std::string>> TestFiles(const std::vector<std::string>& paths) {
  std::vector<std::string> files;
  for (const std::string& path : paths) {
    std::error_code error;
    if (!fs::is_directory(path, error)) {
      files.push_back(path);
      continue;
    }
    std::vector<std::string> found;
    for (fs::recursive_directory_iterator entry(path, error), end; !error && entry != end;
         entry.increment(error)) {
      if (entry->is_regular_file() && IsYaml(entry->path()))
        found.push_back(entry->path().string());
    }
    if (found.empty()) {
      return Result<std::vector<std::string>>::Failure(path + ": no test file in this directory");
    }
    std::sort(found.begin(), found.end());
    files.insert(files.end(), found.begin(), found.end());
  }
  return files;
}

// The first number in a file's name, for files that have no rule_id.
uint64_t NumberIn(const std::string& text) {
  const size_t start = text.find_first_of("0123456789");
  uint64_t number = 0;
  if (start != text.npos) std::from_chars(text.data() + start, text.data() + text.size(), number);
  return number;
}

// Reads one mapping, key by key; what it does not know is remembered as a problem.
class Fields {
 public:
  Fields(const YAML::Node& node, std::string place, std::string& problem)
      : node_(node), place_(std::move(place)), problem_(problem) {}

  template <typename Reader>
  void ForEach(Reader&& read) {
    if (!node_ || node_.IsNull()) return;
    if (!node_.IsMap()) return Complain("is no mapping");
    for (const auto& entry : node_) {
      const std::string key = entry.first.as<std::string>();
      if (!read(key, entry.second)) Complain("has an unknown key '" + key + "'");
    }
  }
  void Complain(const std::string& text) {
    if (problem_.empty()) problem_ = place_ + " " + text;
  }

 private:
  const YAML::Node node_;
  const std::string place_;
  std::string& problem_;
};

// go-ftw sends a mapping's headers sorted by name.
std::vector<Header> HeaderMap(const YAML::Node& node) {
  std::vector<Header> headers;
  for (const auto& entry : node) headers.push_back({Text(entry.first), Text(entry.second)});
  std::sort(headers.begin(), headers.end(),
            [](const Header& a, const Header& b) { return a.name < b.name; });
  return headers;
}

std::vector<Header> OrderedHeaders(const YAML::Node& node) {
  std::vector<Header> headers;
  for (const auto& entry : node) headers.push_back({Text(entry["name"]), Text(entry["value"])});
  return headers;
}

struct InputReader {
  Input input;
  std::optional<bool> autocomplete;
  std::optional<bool> stop_magic;
  std::string encoded_data;
  bool ordered = false;

  bool ReadText(const std::string& key, const YAML::Node& value) {
    const std::pair<const char*, std::string*> texts[] = {
        {"method", &input.method},       {"uri", &input.uri},
        {"version", &input.version},     {"encoded_request", &input.encoded_request},
        {"encoded_data", &encoded_data}, {"data", &input.data},
    };
    for (const auto& [name, text] : texts) {
      if (key != name) continue;
      if (!value.IsNull()) *text = Text(value);
      return true;
    }
    return false;
  }
  bool ReadFlag(const std::string& key, const YAML::Node& value) {
    if (key == "autocomplete_headers") return autocomplete = Flag(value), true;
    if (key == "stop_magic") return stop_magic = Flag(value), true;
    if (key == "save_cookie") return input.save_cookie = Flag(value), true;
    if (key == "follow_redirect") return input.follow_redirect = Flag(value), true;
    if (key == "virtual_host_mode") return input.virtual_host_mode = Flag(value), true;
    return false;
  }
  bool Read(const std::string& key, const YAML::Node& value) {
    if (ReadText(key, value) || ReadFlag(key, value)) return true;
    if (key == "headers") {
      if (!ordered) input.headers = HeaderMap(value);
      return true;
    }
    if (key == "ordered_headers") {
      ordered = true;
      input.headers = OrderedHeaders(value);
      return true;
    }
    // Where a request goes is the command line's business.
    return key == "dest_addr" || key == "port" || key == "protocol";
  }
  Input Done() {
    input.autocomplete_headers = autocomplete.value_or(!stop_magic.value_or(false));
    if (input.data.empty() && !encoded_data.empty()) {
      input.data = DecodeBase64(encoded_data);
      input.data_is_template = false;
    }
    return std::move(input);
  }
};

void ReadLog(const YAML::Node& node, Output& output, std::string& problem) {
  Fields(node, "output.log", problem).ForEach([&](const std::string& key, const YAML::Node& value) {
    if (key == "expect_ids") return output.expect_ids = Numbers(value), true;
    if (key == "no_expect_ids") return output.no_expect_ids = Numbers(value), true;
    if (key == "match_regex") return output.match_regex = Text(value), true;
    if (key == "no_match_regex") return output.no_match_regex = Text(value), true;
    return false;
  });
}

Output ReadOutput(const YAML::Node& node, std::string& problem) {
  Output output;
  std::string log_contains;
  std::string no_log_contains;
  Fields(node, "output", problem).ForEach([&](const std::string& key, const YAML::Node& value) {
    if (key == "status") return output.status = value.as<uint16_t>(), true;
    if (key == "response_contains") return output.response_contains = Text(value), true;
    if (key == "log") return ReadLog(value, output, problem), true;
    if (key == "log_contains") return log_contains = Text(value), true;
    if (key == "no_log_contains") return no_log_contains = Text(value), true;
    if (key == "expect_error") return output.expect_error = Flag(value), true;
    if (key == "retry_once") return output.retry_once = Flag(value), true;
    if (key == "isolated") return output.isolated = Flag(value), true;
    return false;
  });
  // The older form of `log`, which wins.
  if (output.expect_ids.empty() && output.match_regex.empty()) output.match_regex = log_contains;
  if (output.no_expect_ids.empty() && output.no_match_regex.empty()) {
    output.no_match_regex = no_log_contains;
  }
  return output;
}

Stage ReadStage(const YAML::Node& entry, std::string& problem) {
  const YAML::Node node = entry["stage"] ? entry["stage"] : entry;
  Stage stage;
  InputReader reader;
  Fields(node["input"], "input", problem)
      .ForEach(
          [&](const std::string& key, const YAML::Node& value) { return reader.Read(key, value); });
  stage.input = reader.Done();
  stage.output = ReadOutput(node["output"], problem);
  return stage;
}

Test ReadTest(const YAML::Node& node, const std::string& file, uint64_t rule, uint32_t position) {
  Test test;
  test.file = file;
  test.rule = rule;
  test.number = node["test_id"] ? node["test_id"].as<uint32_t>() : position;
  test.id = std::to_string(rule) + "-" + std::to_string(test.number);
  if (node["desc"]) test.description = Text(node["desc"]);
  for (const auto& stage : node["stages"]) {
    test.stages.push_back(ReadStage(stage, test.problem));
  }
  if (test.stages.empty()) test.problem = "has no stages";
  return test;
}

void ReadTests(const YAML::Node& document, const std::string& file, std::vector<Test>& tests) {
  if (!document || document.IsNull()) return;  // a file of comments
  const uint64_t rule = document["rule_id"] ? document["rule_id"].as<uint64_t>()
                                            : NumberIn(fs::path(file).filename().string());
  uint32_t position = 0;
  for (const auto& node : document["tests"]) {
    tests.push_back(ReadTest(node, file, rule, ++position));
  }
}

bool Holds(const std::vector<uint64_t>& numbers, uint64_t number) {
  return numbers.empty() || std::find(numbers.begin(), numbers.end(), number) != numbers.end();
}

}  // namespace

Result<std::vector<Test>> LoadTests(const std::vector<std::string>& paths) {
  using Loaded = Result<std::vector<Test>>;
  const auto files = TestFiles(paths);
  if (!files) return Loaded::Failure(files.error());
  std::vector<Test> tests;
  for (const std::string& file : *files) {
    try {
      ReadTests(YAML::LoadFile(file), file, tests);
    } catch (const YAML::Exception& error) {
      return Loaded::Failure(file + ": " + error.what());
    }
  }
  return tests;
}

class OverridesReader {
 public:
  OverridesReader(Overrides& overrides, std::string& problem)
      : overrides_(overrides), problem_(problem) {}

  void Read(const YAML::Node& document) {
    if (!document || document.IsNull()) return;
    for (const auto& item : document["test_overrides"]) ReadReplacement(item);
    ReadPatterns(document);
    if (document["testoverride"]) ReadPatterns(document["testoverride"]);
  }

 private:
  void ReadReplacement(const YAML::Node& item) {
    Overrides::Replacement replacement;
    replacement.rule = item["rule_id"].as<uint64_t>();
    if (item["test_ids"]) replacement.tests = Numbers(item["test_ids"]);
    if (item["stage_ids"]) replacement.stages = Numbers(item["stage_ids"]);
    replacement.output = ReadOutput(item["output"], problem_);
    if (item["retry_once"]) replacement.output.retry_once = Flag(item["retry_once"]);
    overrides_.replacements_.push_back(std::move(replacement));
  }
  void ReadPatterns(const YAML::Node& holder) {
    static constexpr std::pair<const char*, Overrides::Forced> kKinds[] = {
        {"ignore", Overrides::Forced::kIgnore},
        {"forcefail", Overrides::Forced::kFail},
        {"forcepass", Overrides::Forced::kPass},
    };
    for (const auto& [name, forced] : kKinds) {
      for (const auto& entry : holder[name]) {
        Result<Regex> regex = Regex::Compile(Text(entry.first));
        if (!regex) {
          problem_ = std::string(name) + ": " + regex.error();
          return;
        }
        overrides_.patterns_.push_back({*std::move(regex), forced});
      }
    }
  }

  Overrides& overrides_;
  std::string& problem_;
};

Result<bool> Overrides::Add(const std::string& path) {
  std::string problem;
  try {
    OverridesReader(*this, problem).Read(YAML::LoadFile(path));
  } catch (const YAML::Exception& error) {
    problem = error.what();
  }
  if (!problem.empty()) return Result<bool>::Failure(path + ": " + problem);
  return true;
}

Overrides::Forced Overrides::ForcedResult(const std::string& test_id) const {
  // Whatever the order in the files: ignore before forcefail before forcepass.
  for (const Forced kind : {Forced::kIgnore, Forced::kFail, Forced::kPass}) {
    for (const Pattern& pattern : patterns_) {
      if (pattern.forced == kind && pattern.regex.Occurs(test_id)) return kind;
    }
  }
  return Forced::kNot;
}

Output Overrides::OutputOf(const Test& test, size_t stage, bool& replaced) const {
  const Output* output = &test.stages[stage].output;
  replaced = false;
  for (const Replacement& replacement : replacements_) {
    if (replacement.rule != test.rule || !Holds(replacement.tests, test.number) ||
        !Holds(replacement.stages, stage)) {
      continue;
    }
    output = &replacement.output;
    replaced = true;
  }
  return *output;
}

}  // namespace rasp::ftw
