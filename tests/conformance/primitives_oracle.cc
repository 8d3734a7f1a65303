// SPDX-License-Identifier: Apache-2.0
#include "primitives_oracle.h"

#include <modsecurity/actions/action.h>
#include <modsecurity/modsecurity.h>
#include <modsecurity/rule_message.h>
#include <modsecurity/rules_set.h>
#include <modsecurity/transaction.h>

#include <cstdlib>
#include <iostream>
#include <map>

// As much of libmodsecurity 3.0.9's own classes as their exported functions and the first slots of
// their tables of virtual functions need.
namespace modsecurity {
namespace actions::transformations {
class Transformation : public Action {
 public:
  static Transformation* instantiate(std::string name);
};
}  // namespace actions::transformations
namespace operators {
class Operator {
 public:
  virtual ~Operator();
  virtual bool init(const std::string& file, std::string* error);
  bool evaluateInternal(Transaction* transaction, RuleWithActions* rule, const std::string& value,
                        std::shared_ptr<RuleMessage> message);
  static Operator* instantiate(const std::string& name, const std::string& argument);
};
}  // namespace operators
}  // namespace modsecurity

namespace rasp::primitives {
namespace {

class Made final : public Oracle::Operator {
 public:
  explicit Made(modsecurity::operators::Operator* made) : made_(made) {}
  modsecurity::operators::Operator& operator*() const { return *made_; }

 private:
  std::unique_ptr<modsecurity::operators::Operator> made_;
};

}  // namespace

struct Oracle::Impl {
  explicit Impl(const std::string& directives) {
    // One rule, so that operators that ask whether it captures have whom to ask.
    const std::string text = directives +
                             "\nSecRuleEngine On\n"
                             "SecRule ARGS \"@unconditionalMatch\" \"id:1,phase:1,pass,capture\"\n";
    if (rules.load(text.c_str()) < 1) {
      std::cerr << rules.getParserError() << "\n";
      std::abort();
    }
    const auto first = rules.m_rulesSetPhases[modsecurity::RequestHeadersPhase]->at(0);
    rule = dynamic_cast<modsecurity::RuleWithActions*>(first.get());
    if (rule == nullptr) std::abort();
    transaction = std::make_unique<modsecurity::Transaction>(&engine, &rules, nullptr);
    message = std::make_shared<modsecurity::RuleMessage>(rule, transaction.get());
    for (size_t i = 0; i < names.size(); ++i) names[i] = std::to_string(i);
  }

  modsecurity::ModSecurity engine;
  modsecurity::RulesSet rules;
  modsecurity::RuleWithActions* rule = nullptr;
  std::unique_ptr<modsecurity::Transaction> transaction;
  std::shared_ptr<modsecurity::RuleMessage> message;
  std::array<std::string, 10> names;
  std::map<std::string, std::unique_ptr<modsecurity::actions::Action>> transformations;
};

Oracle::Oracle(const std::string& directives) : impl_(std::make_unique<Impl>(directives)) {}
Oracle::~Oracle() = default;

std::string Oracle::Transform(const std::string& name, const std::string& in) {
  auto& made = impl_->transformations[name];
  if (!made) {
    // The factory knows this one by another name than SecLang does.
    const std::string known = name == "cmdLine" ? "cmd_line" : name;
    made.reset(modsecurity::actions::transformations::Transformation::instantiate("t:" + known));
  }
  return made->evaluate(in, impl_->transaction.get());
}

std::unique_ptr<Oracle::Operator> Oracle::Make(const std::string& name, const std::string& argument,
                                               std::string& error) {
  try {
    auto made =
        std::make_unique<Made>(modsecurity::operators::Operator::instantiate(name, argument));
    if (!(**made).init("", &error)) return nullptr;
    return made;
  } catch (const std::exception& problem) {
    error = problem.what();
    return nullptr;
  }
}

OracleMatch Oracle::Match(Operator& op, const std::string& in) {
  modsecurity::Transaction* const transaction = impl_->transaction.get();
  modsecurity::collection::Collection& tx = *transaction->m_collections.m_tx_collection;
  OracleMatch match;
  match.matched =
      (*static_cast<Made&>(op)).evaluateInternal(transaction, impl_->rule, in, impl_->message);
  for (size_t i = 0; i < impl_->names.size(); ++i) {
    const std::unique_ptr<std::string> value = tx.resolveFirst(impl_->names[i]);
    if (!value) continue;
    match.captures[i] = *value;
    tx.del(impl_->names[i]);
  }
  impl_->message->m_reference.clear();
  transaction->m_matched.clear();
  return match;
}

}  // namespace rasp::primitives
