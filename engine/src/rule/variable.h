// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "rasp/event.h"

namespace rasp {

// What rules can look at. One row of the table in variable.cc each, and one function in
// eval/variables_*.cc.
enum class VariableId : uint8_t {
  kArgs,
  kArgsGet,
  kArgsPost,
  kArgsNames,
  kArgsGetNames,
  kArgsPostNames,
  kArgsCombinedSize,
  kArgsRaw,
  kArgsGetRaw,
  kArgsPostRaw,
  kArgsNamesRaw,
  kArgsGetNamesRaw,
  kArgsPostNamesRaw,
  kRequestMethod,
  kRequestUri,
  kRequestUriRaw,
  kRequestFilename,
  kRequestPathRaw,
  kRequestBasename,
  kRequestLine,
  kRequestProtocol,
  kRequestHost,
  kRoutedPath,
  kQueryString,
  kRequestHeaders,
  kRequestHeadersNames,
  kRequestCookies,
  kRequestCookiesNames,
  kAuthType,
  kRemoteUser,
  kFullRequest,
  kFullRequestLength,
  kRequestBody,
  kUnparsedBody,
  kRequestBodyLength,
  kReqbodyProcessor,
  kReqbodyError,
  kReqbodyErrorMsg,
  kUrlencodedError,
  kMultipartFlags,
  kMultipartStrictError,
  kMultipartPartHeaders,
  kMultipartName,
  kMultipartFilename,
  kFiles,
  kFilesNames,
  kFilesSizes,
  kFilesCombinedSize,
  kFilesHead,
  kXml,
  kXmlDoctype,
  kJsonDuplicateKeys,
  kResponseStatus,
  kResponseProtocol,
  kResponseHeaders,
  kResponseHeadersNames,
  kResponseBody,
  kResponseContentType,
  kResponseContentLength,
  kStatusLine,
  kResponseArgs,
  kResponseArgsNames,
  kResponseXml,
  kResBodyProcessor,
  kResBodyError,
  kResBodyErrorMsg,
  kInboundDataError,
  kOutboundDataError,
  kMatcherError,
  kTx,
  kMatchedVar,
  kMatchedVarName,
  kMatchedVars,
  kMatchedVarsNames,
  kRule,
  kHighestSeverity,
  kEnv,
  kGeo,
  kIp,
  kGlobal,
  kSession,
  kUser,
  kResource,
  kSessionId,
  kUserId,
  kWebAppId,
  kModsecBuild,
  kRemoteAddr,
  kRemotePort,
  kServerAddr,
  kServerPort,
  kServerName,
  kUniqueId,
  kTime,
  kTimeEpoch,
  kTimeYear,
  kTimeMon,
  kTimeDay,
  kTimeWday,
  kTimeHour,
  kTimeMin,
  kTimeSec,
  kDuration,
  kNever,  // names that rules may use but that hold nothing here
  kZero,   // flags of faults that cannot happen here
};
inline constexpr size_t kVariableCount = static_cast<size_t>(VariableId::kZero) + 1;

struct VariableDef {
  VariableId id;
  std::string_view name;
  bool collection;  // many named values: takes a selector
  Phase earliest;   // the first phase in which it holds anything
  std::string_view summary;
  uint8_t detail = 0;  // kMultipartFlags: which flag of http/body/body.h; kFilesHead: kWholeFile
};

// Its values stay as they are while a phase runs, whatever its rules do, but for the few actions
// that change how a body is seen.
bool IsFixedInPhase(VariableId id);

// VariableDef::detail of the row that shows more of a file than its head.
inline constexpr uint8_t kWholeFile = 1;

// Names are matched without regard to case; nullptr if there is none.
const VariableDef* FindVariable(std::string_view name);
std::span<const VariableDef> AllVariables();
// The first row of that id: of those that share one (the MULTIPART_* flags) FindVariable is to be
// asked.
const VariableDef& VariableOf(VariableId id);

}  // namespace rasp
