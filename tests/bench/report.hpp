// What the training benchmark has measured, and how it is shown.
#pragma once

#include <map>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "tests/bench/side.hpp"
#include "tests/bench/workloads.hpp"

namespace tracer::bench {

/// One side's turns on one workload; the first, which warms up, is not among them.
struct Series {
  std::string name;     ///< torch
  std::string setting;  ///< "torch 1, BLAS 2"; empty where it has but one
  std::vector<double> seconds;
  std::vector<double> wall;
  double first_loss = 0;  ///< of the first turn, for all sides start from the same weights
  double last_loss = 0;
  double peak_memory = 0;  ///< MB, of the whole process; 0: not known

  double median() const;
  double least() const;
};

struct Measured {
  Workload work;
  std::vector<Series> series;  ///< all settings, in the order in which they had their turns

  /// Of that name, the setting with the least median; none: nullptr.
  const Series* best(const std::string& name) const;
};

struct Report {
  std::vector<std::string> machine;  ///< lines: processor, libraries, images, what was cleared
  std::vector<Measured> rows;
  std::vector<std::string> remarks;  ///< who was left out, whose losses differ

  std::string text() const;
  nlohmann::ordered_json json() const;
};

/// A remark for each series whose first loss is not that of tracer (or else of the first side that
/// has one): by more than 2 %, or 20 % where dropout draws other masks on each side.
std::vector<std::string> disagreements(const Measured&);

}  // namespace tracer::bench
