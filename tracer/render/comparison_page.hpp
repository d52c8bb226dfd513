// Several models on the same samples, as a page: their curves in one picture, their scores, and
// whether a difference can be told from chance. Next: ../sweep/statistics.hpp.
#pragma once

#include <string>
#include <vector>

#include "tracer/render/blocks.hpp"
#include "tracer/train/history.hpp"
#include "tracer/train/metrics.hpp"

namespace tracer {

struct ComparedModel {
  std::string name;
  History history;
  Metrics metrics;
  std::vector<int> predicted;  ///< the class of each sample; empty where numbers are predicted
  /// The lesson but for its seed: models of one setting are a mean with a band. Empty: one of its own.
  std::string setting = {};
  std::string setting_name = {};  ///< "lr=0.1": what tells it from the others; empty: not known
};

/// Against the first: how many samples each alone has right, and McNemar's exact p for that.
struct Against {
  int first_alone = 0, other_alone = 0;
  double p = 1;
};
Against against(const std::vector<int>& truth, const std::vector<int>& first,
                const std::vector<int>& other);

/// `part`: what they are judged on, "test"; `truth`: the class of each sample, empty for numbers.
/// The models must live as long as the page.
Document page_of(const std::vector<ComparedModel>&, const std::vector<int>& truth,
                 const std::string& part);

}  // namespace tracer
