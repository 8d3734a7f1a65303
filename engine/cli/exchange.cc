// SPDX-License-Identifier: Apache-2.0
#include "cli/exchange.h"

namespace rasp {
namespace {

Verdict InspectRequest(Transaction& transaction, const RawMessage& request) {
  const RequestView view = request.AsRequest();
  Verdict verdict = transaction.OnGate(view);
  if (verdict.Blocks()) return verdict;
  verdict = transaction.OnRequestHeaders(view);
  if (verdict.Blocks()) return verdict;
  if (transaction.WantsRequestBody() && !request.body.empty()) {
    verdict = transaction.OnRequestBodyChunk(request.body);
    if (verdict.Blocks()) return verdict;
  }
  return transaction.OnRequestBodyEnd();
}

Verdict InspectResponse(Transaction& transaction, const RawMessage& response) {
  Verdict verdict = transaction.OnResponseHeaders(response.AsResponse());
  if (verdict.Blocks()) return verdict;
  if (transaction.WantsResponseBody()) {
    verdict = transaction.OnResponseBodyChunk(response.body);
    if (verdict.Blocks()) return verdict;
  }
  // Without the body too: there are rules that only ask for the score.
  return transaction.OnResponseBodyEnd();
}

}  // namespace

const Event& Inspect(Transaction& transaction, const RawMessage& request,
                     const RawMessage* response) {
  Verdict verdict = InspectRequest(transaction, request);
  if (!verdict.Blocks() && response != nullptr) verdict = InspectResponse(transaction, *response);
  if (verdict.Blocks()) return transaction.Finish(verdict.status, /*enforced=*/true);
  const uint16_t status = response == nullptr ? 0 : response->AsResponse().status;
  return transaction.Finish(status, /*enforced=*/false);
}

bool IsBlocked(const Event& event) { return event.verdict.Blocks() || event.verdict.would_block; }

}  // namespace rasp
