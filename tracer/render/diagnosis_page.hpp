// Somebody's gradients, diagnosed, as a page: each claimed array's verdict, the mistake with the wrong
// formula beside the right one, the entries side by side, what fits as well. Next:
// diagnosis_tables.hpp.
#pragma once

#include <string>

#include "tracer/claims/claim.hpp"
#include "tracer/diagnosis/diagnosis.hpp"
#include "tracer/render/blocks.hpp"

namespace tracer {

/// What stands above a report.
struct ReportHead {
  std::string title;                 ///< of the lesson
  std::string source;                ///< "grads.npz"
  std::string at;                    ///< "step 1, 16 of 60000 samples"
  std::string loss;                  ///< L
  std::vector<std::string> missing;  ///< parameters of which nothing is claimed
  std::vector<std::string> ignored;
  std::vector<std::string> unmatched;  ///< of these, what looks like gradients
  std::size_t judged = 0;              ///< arrays that are judged
  std::vector<std::string> remarks;    ///< of the arrays: "W1: stored as 784×20, the transpose"
};

/// `digits`: significant digits of values. The diagnosis must live as long as the page.
Document page_of(const Diagnosis&, const ReportHead&, const Program&, int digits);
/// An object with "schema": 1.
std::string to_json(const Diagnosis&, const ReportHead&, const Program&, int digits);

}  // namespace tracer
