// SPDX-License-Identifier: Apache-2.0
#include "rule/variable.h"

#include <algorithm>

#include "core/ascii.h"
#include "http/body/body.h"

namespace rasp {
namespace {

using Id = VariableId;

constexpr Phase kHeaders = Phase::kRequestHeaders;
constexpr Phase kBody = Phase::kRequestBody;
constexpr Phase kAnswer = Phase::kResponseHeaders;
constexpr bool kMany = true;
constexpr bool kOne = false;

constexpr VariableDef Flag(std::string_view name, MultipartFlag flag, std::string_view summary) {
  return {Id::kMultipartFlags, name, kOne, kBody, summary, static_cast<uint8_t>(flag)};
}

constexpr VariableDef kVariables[] = {
    {Id::kArgs, "ARGS", kMany, kHeaders, "Arguments of the query and, from phase 2, of the body"},
    {Id::kArgsGet, "ARGS_GET", kMany, kHeaders, "Arguments of the query"},
    {Id::kArgsPost, "ARGS_POST", kMany, kBody, "Arguments of the body: form fields, JSON values"},
    {Id::kArgsNames, "ARGS_NAMES", kMany, kHeaders, "Names of ARGS"},
    {Id::kArgsGetNames, "ARGS_GET_NAMES", kMany, kHeaders, "Names of ARGS_GET"},
    {Id::kArgsPostNames, "ARGS_POST_NAMES", kMany, kBody, "Names of ARGS_POST"},
    {Id::kArgsCombinedSize, "ARGS_COMBINED_SIZE", kOne, kHeaders,
     "Bytes of all names and values of ARGS"},
    {Id::kRequestMethod, "REQUEST_METHOD", kOne, kHeaders, "Method, as sent"},
    {Id::kRequestUri, "REQUEST_URI", kOne, kHeaders,
     "Path and query, raw, without scheme and host"},
    {Id::kRequestUriRaw, "REQUEST_URI_RAW", kOne, kHeaders, "Request target exactly as sent"},
    {Id::kRequestFilename, "REQUEST_FILENAME", kOne, kHeaders, "Path, percent-decoded once"},
    {Id::kRequestPathRaw, "REQUEST_PATH_RAW", kOne, kHeaders, "Path exactly as sent"},
    {Id::kRequestBasename, "REQUEST_BASENAME", kOne, kHeaders, "Last segment of REQUEST_FILENAME"},
    {Id::kRequestLine, "REQUEST_LINE", kOne, kHeaders, "Request line, raw"},
    {Id::kRequestProtocol, "REQUEST_PROTOCOL", kOne, kHeaders, "Protocol, such as HTTP/1.1"},
    {Id::kRequestHost, "REQUEST_HOST", kOne, kHeaders,
     "Host that the server chose the virtual host by"},
    {Id::kRoutedPath, "ROUTED_PATH", kOne, kHeaders,
     "Decoded, normalised path that the server routes by"},
    {Id::kQueryString, "QUERY_STRING", kOne, kHeaders, "Query, raw, without the '?'"},
    {Id::kRequestHeaders, "REQUEST_HEADERS", kMany, kHeaders,
     "Header fields; repeated ones are values of their own"},
    {Id::kRequestHeadersNames, "REQUEST_HEADERS_NAMES", kMany, kHeaders,
     "Names of the header fields"},
    {Id::kRequestCookies, "REQUEST_COOKIES", kMany, kHeaders, "Cookies of all Cookie fields"},
    {Id::kRequestCookiesNames, "REQUEST_COOKIES_NAMES", kMany, kHeaders, "Names of the cookies"},
    {Id::kRequestBody, "REQUEST_BODY", kOne, kBody,
     "Raw body: of forms, of types that are not parsed, of bodies with an error, and where a rule "
     "forces it"},
    {Id::kUnparsedBody, "UNPARSED_BODY", kOne, kBody,
     "Raw body where no parser took it apart: other types, no type, an error; else empty"},
    {Id::kRequestBodyLength, "REQUEST_BODY_LENGTH", kOne, kBody, "Bytes of the body received"},
    {Id::kReqbodyProcessor, "REQBODY_PROCESSOR", kOne, kHeaders,
     "Parser of the body: URLENCODED, MULTIPART, JSON, XML or empty"},
    {Id::kReqbodyError, "REQBODY_ERROR", kOne, kBody, "1 if the body is malformed, else 0"},
    {Id::kReqbodyError, "REQBODY_PROCESSOR_ERROR", kOne, kBody,
     "REQBODY_ERROR under its older name"},
    {Id::kReqbodyErrorMsg, "REQBODY_ERROR_MSG", kOne, kBody, "What is wrong with the body"},
    {Id::kReqbodyErrorMsg, "REQBODY_PROCESSOR_ERROR_MSG", kOne, kBody,
     "REQBODY_ERROR_MSG under its older name"},
    {Id::kUrlencodedError, "URLENCODED_ERROR", kOne, kHeaders,
     "1 if a query or form holds an invalid %-escape"},
    Flag("MULTIPART_BOUNDARY_QUOTED", MultipartFlag::kBoundaryQuoted,
         "1 if the boundary is quoted"),
    Flag("MULTIPART_BOUNDARY_WHITESPACE", MultipartFlag::kBoundaryWhitespace,
         "1 if the boundary holds white space"),
    Flag("MULTIPART_DATA_BEFORE", MultipartFlag::kDataBefore,
         "1 if bytes stand before the first boundary"),
    Flag("MULTIPART_DATA_AFTER", MultipartFlag::kDataAfter,
         "1 if bytes stand after the last boundary"),
    Flag("MULTIPART_HEADER_FOLDING", MultipartFlag::kHeaderFolding, "1 if a part header is folded"),
    Flag("MULTIPART_LF_LINE", MultipartFlag::kLfLine, "1 if a line ends in LF alone"),
    Flag("MULTIPART_CRLF_LF_LINES", MultipartFlag::kCrlfLfLines,
         "1 if lines end in CRLF and in LF alone"),
    Flag("MULTIPART_MISSING_SEMICOLON", MultipartFlag::kMissingSemicolon,
         "1 if a semicolon is missing"),
    Flag("MULTIPART_SEMICOLON_MISSING", MultipartFlag::kMissingSemicolon,
         "MULTIPART_MISSING_SEMICOLON"),
    Flag("MULTIPART_INVALID_QUOTING", MultipartFlag::kInvalidQuoting,
         "1 if a parameter's quoting is invalid"),
    Flag("MULTIPART_INVALID_PART", MultipartFlag::kInvalidPart, "1 if a part is malformed"),
    Flag("MULTIPART_INVALID_HEADER_FOLDING", MultipartFlag::kInvalidHeaderFolding,
         "1 if a part header is folded wrongly"),
    Flag("MULTIPART_FILE_LIMIT_EXCEEDED", MultipartFlag::kFileLimitExceeded,
         "1 if there are too many files"),
    Flag("MULTIPART_UNMATCHED_BOUNDARY", MultipartFlag::kUnmatchedBoundary,
         "1 if a line looks like a boundary and is none"),
    Flag("MULTIPART_INCOMPLETE", MultipartFlag::kIncomplete, "1 if the last boundary is missing"),
    Flag("MULTIPART_DUPLICATE_NAME", MultipartFlag::kDuplicateName, "1 if a part has two names"),
    Flag("MULTIPART_DUPLICATE_FILE_NAME", MultipartFlag::kDuplicateFileName,
         "1 if a part has two file names"),
    Flag("MULTIPART_DUPLICATE_PART_HEADER", MultipartFlag::kDuplicatePartHeader,
         "1 if a part repeats a header"),
    Flag("MULTIPART_PART_ENCODING", MultipartFlag::kPartEncoding,
         "1 if a part has a Content-Transfer-Encoding"),
    Flag("MULTIPART_PART_CHARSET", MultipartFlag::kPartCharset,
         "1 if a part has a charset that is not decoded"),
    Flag("MULTIPART_INVALID_BOUNDARY", MultipartFlag::kInvalidBoundary,
         "1 if the boundary is invalid"),
    Flag("MULTIPART_NO_DISPOSITION", MultipartFlag::kNoDisposition, "1 if a part is not form-data"),
    {Id::kMultipartStrictError, "MULTIPART_STRICT_ERROR", kOne, kBody,
     "1 if a multipart body has any anomaly that servers read in different ways"},
    {Id::kMultipartPartHeaders, "MULTIPART_PART_HEADERS", kMany, kBody,
     "Header lines of the parts, by the part's name"},
    {Id::kFiles, "FILES", kMany, kBody,
     "Names of the uploaded files, by their field; filename*= too"},
    {Id::kFilesNames, "FILES_NAMES", kMany, kBody, "Names of the fields that upload files"},
    {Id::kFilesSizes, "FILES_SIZES", kMany, kBody, "Bytes of the uploaded files, by their field"},
    {Id::kFilesCombinedSize, "FILES_COMBINED_SIZE", kOne, kBody, "Bytes of all uploaded files"},
    {Id::kFilesHead, "FILES_HEAD", kMany, kBody,
     "The first 4096 bytes of the uploaded files, by their field"},
    {Id::kFilesHead, "FILES_TMP_CONTENT", kMany, kBody, "FILES_HEAD under SecLang's name"},
    {Id::kXml, "XML", kMany, kBody,
     "XML:/* is the text of every element, XML://@* the value of every attribute"},
    {Id::kXmlDoctype, "XML_DOCTYPE", kOne, kBody,
     "1 if an XML body has a DOCTYPE or declares an entity"},
    {Id::kJsonDuplicateKeys, "JSON_DUPLICATE_KEYS", kOne, kBody,
     "1 if an object of a JSON body repeats a key"},
    {Id::kResponseStatus, "RESPONSE_STATUS", kOne, kAnswer, "Status of the response"},
    {Id::kResponseProtocol, "RESPONSE_PROTOCOL", kOne, kAnswer, "Protocol of the response"},
    {Id::kResponseHeaders, "RESPONSE_HEADERS", kMany, kAnswer, "Header fields of the response"},
    {Id::kResponseHeadersNames, "RESPONSE_HEADERS_NAMES", kMany, kAnswer,
     "Names of the response's header fields"},
    {Id::kResponseBody, "RESPONSE_BODY", kOne, Phase::kResponseBody,
     "Body of the response, up to the limit"},
    {Id::kResponseContentType, "RESPONSE_CONTENT_TYPE", kOne, kAnswer,
     "Content-Type of the response"},
    {Id::kResponseContentLength, "RESPONSE_CONTENT_LENGTH", kOne, kAnswer,
     "Content-Length of the response"},
    {Id::kTx, "TX", kMany, kHeaders,
     "Variables that rules set; TX:0 to TX:9 are the last captures"},
    {Id::kMatchedVar, "MATCHED_VAR", kOne, kHeaders,
     "The value matched last, after its transformations"},
    {Id::kMatchedVarName, "MATCHED_VAR_NAME", kOne, kHeaders,
     "Where the value matched last was, such as ARGS:id"},
    {Id::kMatchedVars, "MATCHED_VARS", kMany, kHeaders,
     "All values that this chain has matched so far"},
    {Id::kMatchedVarsNames, "MATCHED_VARS_NAMES", kMany, kHeaders,
     "Where the values of MATCHED_VARS were"},
    {Id::kRule, "RULE", kMany, kHeaders, "This rule: RULE:id, RULE:severity, RULE:msg"},
    {Id::kRemoteAddr, "REMOTE_ADDR", kOne, kHeaders, "Address of the client"},
    {Id::kRemotePort, "REMOTE_PORT", kOne, kHeaders, "Port of the client"},
    {Id::kServerAddr, "SERVER_ADDR", kOne, kHeaders, "Address that the client connected to"},
    {Id::kServerPort, "SERVER_PORT", kOne, kHeaders, "Port that the client connected to"},
    {Id::kServerName, "SERVER_NAME", kOne, kHeaders, "Host name of the request"},
    {Id::kUniqueId, "UNIQUE_ID", kOne, kHeaders, "Identifier of the request"},
    {Id::kTime, "TIME", kOne, kHeaders, "Time of arrival, HH:MM:SS in UTC"},
    {Id::kTimeEpoch, "TIME_EPOCH", kOne, kHeaders, "Seconds since 1970"},
    {Id::kTimeYear, "TIME_YEAR", kOne, kHeaders, "Year of arrival (UTC)"},
    {Id::kTimeMon, "TIME_MON", kOne, kHeaders, "Month of arrival, 1 to 12"},
    {Id::kTimeDay, "TIME_DAY", kOne, kHeaders, "Day of the month, 1 to 31"},
    {Id::kTimeWday, "TIME_WDAY", kOne, kHeaders, "Day of the week, 0 (Sunday) to 6"},
    {Id::kTimeHour, "TIME_HOUR", kOne, kHeaders, "Hour, 0 to 23"},
    {Id::kTimeMin, "TIME_MIN", kOne, kHeaders, "Minute, 0 to 59"},
    {Id::kTimeSec, "TIME_SEC", kOne, kHeaders, "Second, 0 to 59"},
    {Id::kDuration, "DURATION", kOne, kHeaders, "Microseconds since the request's arrival"},
};

}  // namespace

std::span<const VariableDef> AllVariables() { return kVariables; }

const VariableDef* FindVariable(std::string_view name) {
  const auto* found =
      std::find_if(std::begin(kVariables), std::end(kVariables),
                   [&](const VariableDef& def) { return EqualsIgnoreCase(def.name, name); });
  return found == std::end(kVariables) ? nullptr : found;
}

const VariableDef& VariableOf(VariableId id) {
  return *std::find_if(std::begin(kVariables), std::end(kVariables),
                       [&](const VariableDef& def) { return def.id == id; });
}

}  // namespace rasp
