// The end of a training as a page: why it ended, units that do nothing, curves, how good the model
// is, and what was expected. Next: model_page.hpp.
#pragma once

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "tracer/render/model_page.hpp"
#include "tracer/train/trainer.hpp"

namespace tracer {

struct TrainingEnd {
  bool finite = true;  ///< the loss
  bool interrupted = false;
  int best_epoch = 0;  ///< 0: the last epoch's weights are those that are kept
  double seconds = 0;  ///< of training
  std::vector<std::pair<Part, Metrics>> parts;  ///< that there are, the one to report last
  std::vector<Trainer::JudgedExpectation> verdicts;

  bool expectations_hold() const {
    return std::ranges::all_of(verdicts, [](const auto& one) { return !one.judged || one.holds; });
  }
};

/// With the report of the model, where there is one. What a page is made of must live as long.
Document page_of(const Trainer&, const TrainingEnd&, const ModelReport*);
/// Without curves, and a line of metrics in place of a report.
Document brief_page_of(const Trainer&, const TrainingEnd&);

Document expectations_page(const TrainingEnd&);

/// "test accuracy 98.02 %   macro F1 ..."; empty where there is nothing to report.
std::string summary(const TrainingEnd&, const Style&);

}  // namespace tracer
