// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>

#include "eval/inspection.h"
#include "logic/session.h"
#include "rasp/logic.h"

namespace rasp {

// The business-logic side of one transaction: hands the session what each phase has found, and
// makes matches, scores and wishes of what comes back.
class LogicEvaluation {
 public:
  // `model` nullptr: there is none, and every call returns at once.
  LogicEvaluation(const LogicModel* model, Inspection& in) : model_(model), in_(in) {}

  void SetEntities(EntityStore* entities) { entities_ = entities; }
  void SetNetwork(const ClientNetwork& network) { network_ = network; }

  bool active() const { return model_ != nullptr; }
  const PendingClaim& pending() const;
  std::span<const BodyEdit> edits() const;

  // In the phase that the stage belongs to.
  void Reach(LogicStage stage);
  void Resume(const ClaimResult& answer);
  // Once; the transaction is over.
  void End();

 private:
  void Begin();
  void Fill(LogicStage stage);
  void Take(const LogicOutcome& outcome);
  void Keep(const LogicHit& hit);
  void Wish(const LogicOutcome::Act& act, bool shadow);

  const LogicModel* model_;
  Inspection& in_;
  EntityStore* entities_ = nullptr;
  ClientNetwork network_;
  LogicSession* session_ = nullptr;  // in the transaction's arena
  bool ended_ = false;
  std::array<HeaderField, 1> upstream_headers_;
};

}  // namespace rasp
