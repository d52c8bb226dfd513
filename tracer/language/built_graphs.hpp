// The graphs of a lesson that have been built. A program and its copies share them, for most ask for
// the same few batches; one whose leaves have got other sizes does not find what was built before.
// Next: program.cpp.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <tuple>

#include "tracer/language/program.hpp"

namespace tracer {

/// May be asked by several threads at once.
class BuiltGraphs {
 public:
  /// What a graph depends on beside the lesson's text: the size of the batch, evaluation mode, and
  /// the leaves, samples and loss as far as they decide shapes.
  using Key = std::tuple<int, bool, std::string>;
  static Key key(const Program&, int batch_size, bool in_evaluation_mode);

  /// Null: it has not been built.
  std::shared_ptr<const BatchGraph> find(const Key&) const;
  /// The graph that is kept: this one, or the one that another thread has built meanwhile.
  std::shared_ptr<const BatchGraph> keep(const Key&, BatchGraph);

 private:
  mutable std::mutex mutex_;
  std::map<Key, std::shared_ptr<const BatchGraph>> graphs_;
};

}  // namespace tracer
