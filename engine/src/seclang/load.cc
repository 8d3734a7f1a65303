// SPDX-License-Identifier: Apache-2.0
#include "seclang/load.h"

#include "seclang/read.h"
#include "seclang/rules.h"
#include "seclang/session.h"

namespace rasp {
namespace {

// "/etc/modsecurity/crs-setup.conf": "crs-setup".
std::string NameOfFile(const std::string& file) {
  const size_t slash = file.rfind('/');
  const std::string base = slash == std::string::npos ? file : file.substr(slash + 1);
  const size_t dot = base.rfind('.');
  return dot == std::string::npos || dot == 0 ? base : base.substr(0, dot);
}

}  // namespace

struct SecLangLoader::Impl {
  Session session;
};

SecLangLoader::SecLangLoader(SecLangOptions options, Diagnostics& diagnostics)
    : impl_(new Impl{{std::move(options), diagnostics, {}, {}, {}, {}, {}}}) {}
SecLangLoader::~SecLangLoader() = default;

RulesetSpec SecLangLoader::Load(std::string_view text, const std::string& name) {
  Session& session = impl_->session;
  session.spec = RulesetSpec{};
  session.spec.format = RulesetFormat::kSecLang;
  session.spec.file = name;
  session.spec.name = NameOfFile(name);
  session.files_read = 0;
  session.findings_before = session.diagnostics.size();
  session.gave_up = false;
  ReadSource(session, text, name);
  return std::move(session.spec);
}

}  // namespace rasp
