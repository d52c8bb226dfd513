// What `--data circles` means for a network: the call that a lesson makes, how many inputs and
// outputs there are, and what kind of targets. Next: network.cpp.
#pragma once

#include <string>
#include <vector>

#include "tracer/language/targets.hpp"
#include "tracer/train/network.hpp"

namespace tracer {

struct NetworkData {
  std::string name;        ///< for the title: "mnist"
  std::string call;        ///< mnist("train")
  std::string validation;  ///< of the validation line; empty: there is none
  std::string test;        ///< of the test line; empty: there is none
  int inputs = 0;
  int outputs = 0;  ///< units of the last layer
  int count = 0;    ///< samples
  Task task = Task::numbers;
  int label_count = 0;  ///< of one number a sample: how many different ones; 0: they are no classes

  /// Where the targets are numbers that may be classes (3 ... 8): so they shall be, the call says it.
  void take_labels_for_classes();
  /// Samples of each class, for class weights. Reads the data once more.
  std::vector<int> class_counts() const;
  std::string outputs_text() const;  ///< "mnist has 10 classes"
};

/// By the options `data`, `n`, `test`, `validation`, `validation_data` and `test_data`. A generator's
/// call or a file is read to see what is in it. Throws Error: no such data set or file, n beside a
/// call, a test share beside a test set.
NetworkData network_data(const NetworkOptions&);

}  // namespace tracer
