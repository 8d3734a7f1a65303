// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "rasp/raw_http.h"
#include "rasp/transaction.h"

namespace rasp {

// Sends a request and, unless it is nullptr or the request was refused, the response to it through
// `transaction`, as a server would. The event lives as long as the transaction; the messages must
// outlive it.
const Event& Inspect(Transaction& transaction, const RawMessage& request,
                     const RawMessage* response);

// Whether the client would have got something else than the application's answer, had the mode been
// block.
bool IsBlocked(const Event& event);

}  // namespace rasp
