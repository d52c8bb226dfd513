// What a training would gain by more processes: a step is what one process computes of its share, and
// what it takes to add the gradients up. The first is measured here, by a training that takes the share
// of one of N and adds up nothing; the second is a model of two coefficients, latency and bandwidth.
// Next: ranks/ranks.hpp; shared_run.hpp, which is what is measured.
#pragma once

#include <cstddef>
#include <vector>

#include "tracer/language/program.hpp"
#include "tracer/ranks/ranks.hpp"
#include "tracer/train/trainer.hpp"

namespace tracer {

/// What is between two processes.
struct LinkCost {
  double latency = 0;    ///< seconds until a short message is there
  double bandwidth = 1;  ///< bytes a second of a long one
};

/// What Ranks::sum takes by the model: ⌈log₂ N⌉ messages one after the other, and of N times B bytes all
/// that are not one's own; of long ones (over 16 KiB) twice, each time an N-th of every process's:
///   short: ⌈log₂ N⌉ λ + (N − 1) B/β       long: 2 (⌈log₂ N⌉ λ + (N − 1)/N · B/β)
/// Source: Thakur, Rabenseifner & Gropp 2005, §4.
double sum_seconds(int processes, std::size_t bytes, const LinkCost&);

/// λ and β as these processes have them, by timing sums of 4 entries and of `bytes`. All of them ask.
LinkCost measured_link(Ranks&, std::size_t bytes);

/// Seconds of a step (the lower quartile) of one process of N, but for adding up, while `at_once` of them
/// compute on this machine. Takes a third of a second.
double measured_step(const Program&, const TrainerOptions&, int processes, int at_once);

/// What is added up in a step: bytes of one sum; and how many short ones there are beside it, where
/// statistics are joint.
struct Exchange {
  std::size_t bytes = 0;
  int short_sums = 0;
  std::size_t short_bytes = 0;
};
Exchange exchange_of(const Program&, const TrainerOptions&);

struct StepCost {
  int processes = 1;
  double computing = 0;  ///< seconds of a step
  double adding = 0;
  double step() const { return computing + adding; }
};

/// Among rows for 1, 2, 4 ... processes: the row of the shortest step; and that from which on the next
/// one is not a tenth faster.
struct Worthwhile {
  std::size_t fastest = 0, last_that_pays = 0;
};
Worthwhile worthwhile(const std::vector<StepCost>&);

}  // namespace tracer
