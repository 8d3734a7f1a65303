// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "rasp/event.h"

namespace rasp {

// What rules can look at. One row of the table in variable.cc each, and one function in
// eval/variables.cc.
enum class VariableId : uint8_t {
  kArgs,
  kArgsGet,
  kArgsPost,
  kArgsNames,
  kArgsGetNames,
  kArgsPostNames,
  kArgsCombinedSize,
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
  kTx,
  kMatchedVar,
  kMatchedVarName,
  kMatchedVars,
  kMatchedVarsNames,
  kRule,
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
};
inline constexpr size_t kVariableCount = static_cast<size_t>(VariableId::kDuration) + 1;

struct VariableDef {
  VariableId id;
  std::string_view name;
  bool collection;  // many named values: takes a selector
  Phase earliest;   // the first phase in which it holds anything
  std::string_view summary;
  uint8_t detail = 0;  // kMultipartFlags: which flag of http/body/body.h
};

// Names are matched without regard to case; nullptr if there is none.
const VariableDef* FindVariable(std::string_view name);
std::span<const VariableDef> AllVariables();
// The first row of that id: of those that share one (the MULTIPART_* flags) FindVariable is to be
// asked.
const VariableDef& VariableOf(VariableId id);

}  // namespace rasp
