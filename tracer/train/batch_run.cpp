#include "tracer/train/batch_run.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "tracer/error.hpp"
#include "tracer/number/random.hpp"

namespace tracer {

Score score_of(const BatchGraph& batch, const Decision& decision, bool rows) {
  const Task task = decision.task;
  const auto threshold = static_cast<double>(decision.threshold);
  Score score;
  if (task == Task::numbers || batch.prediction < 0) return score;
  const Shape& of = batch.graph[batch.prediction].shape;
  const int samples = rows ? of.rows.count : of.columns.count;
  const int entries = rows ? of.columns.count : of.rows.count;
  if (samples != batch.batch_size || (task == Task::two_classes) != (entries == 1)) return score;
  score.node = batch.prediction;
  score.threshold = threshold;
  for (;;) {
    const Node& node = batch.graph[score.node];
    if (node.is_leaf()) return score;
    const bool over_classes = node.with.axis == (rows ? 1 : 0);
    if (task == Task::classes && node.operation->keeps_largest && over_classes) {
      score.node = node.operands[0];
      return score;
    }
    const OutputPair* pair = pair_of_activation(*node.operation);
    if (task == Task::two_classes && pair != nullptr && pair->joined != nullptr &&
        pair->loss().loss->threshold == threshold) {
      score.node = node.operands[0];
      score.threshold = *pair->joined().loss->threshold;
      return score;
    }
    if (node.operation->law != Law::identity) return score;
    score.node = node.operands[0];
  }
}

template <class S>
BatchRun<S>::BatchRun(const Program& program, int size, const BatchPlan<S>& plan)
    : size_(size),
      seed_(program.seed),
      samples_(plan.samples),
      rows_(program.data && program.data->rows),
      task_(plan.decision.task),
      built_(std::make_shared<const BatchGraph>(program.graph(size))) {
  const BatchGraph& built = *built_;
  score_ = score_of(built, plan.decision, rows_);
  std::vector<NodeId> needed{built.loss};
  if (score_.node >= 0) needed.push_back(score_.node);
  for (const auto& [leaf, next] : built.state_updates) needed.push_back(next);
  for (const std::string& name : plan.kept) {
    if (const NodeId id = built.graph.find(name); id >= 0) needed.push_back(id);
  }
  fused_ = fuse(built.graph, needed);
  loss_ = image(built.loss);
  score_.node = image(score_.node);

  std::vector<NodeId> wrt;
  for (const Stored<S>& parameter : *plan.parameters) {
    const auto leaf = built.leaves.find(parameter.name);
    const bool wanted = std::ranges::count(program.wrt, parameter.name) > 0;
    const NodeId id = leaf == built.leaves.end() || !wanted ? -1 : image(leaf->second);
    parameters_.push_back(id);
    if (id >= 0) wrt.push_back(id);
  }
  tape_ = std::make_unique<Tape<S>>(fused_.graph, wrt);
  bind_leaves(program, plan);
}

template <class S>
void BatchRun<S>::bind_leaves(const Program& program, const BatchPlan<S>& plan) {
  const auto stored = [](std::vector<Stored<S>>& all, const std::string& name) {
    const auto at = std::ranges::find(all, name, &Stored<S>::name);
    return at == all.end() ? nullptr : &*at;
  };
  for (const auto& [name, original] : built_->leaves) {
    const NodeId leaf = image(original);
    if (leaf < 0) continue;
    if (Stored<S>* parameter = stored(*plan.parameters, name)) {
      tape_->bind(leaf, parameter->values.data());
    } else if (Stored<S>* state = stored(*plan.states, name)) {
      tape_->bind(leaf, state->values.data());
    } else if (const auto value = program.values.find(name); value != program.values.end()) {
      const std::vector<S> numbers = numbers_of<S>(value->second);
      View<S> place = tape_->value(leaf);
      if (static_cast<Eigen::Index>(numbers.size()) != place.size())  // only a given mask may be so
        throw Error(fmt::format("{} was given for another number of samples than the batch's {}",
                                name, size_));
      std::ranges::copy(numbers, place.data());
    } else if (const auto mask = built_->masks.find(original); mask != built_->masks.end()) {
      masks_.push_back(
          {name + " ", name.size() + 1, leaf, static_cast<float>(Exact(mask->second).to_double())});
      masks_.back().stream.reserve(name.size() + 24);
    } else if (const int matrix = samples_ == nullptr ? -1 : samples_->find(name); matrix >= 0) {
      const auto entries = static_cast<std::size_t>(tape_->value(leaf).size());
      data_.push_back({static_cast<std::size_t>(matrix), leaf, std::vector<S>(entries)});
      tape_->bind(leaf, data_.back().copied.data());
    }
  }
  for (const auto& [leaf, next] : built_->state_updates) {
    next_states_.emplace_back(stored(*plan.states, built_->graph[leaf].name), image(next));
  }
}

template <class S>
void BatchRun<S>::take(int first) {
  for (DataLeaf& data : data_) {
    if (const S* place = samples_->in_place(data.matrix, first)) {
      tape_->bind(data.leaf, const_cast<S*>(place));  // the tape only reads a leaf
    } else {
      samples_->copy(data.matrix, first, size_, data.copied.data());
    }
  }
}

template <class S>
void BatchRun<S>::take(std::span<const int> samples) {
  for (DataLeaf& data : data_) samples_->gather(data.matrix, samples, data.copied.data());
}

template <class S>
void BatchRun<S>::draw_masks(long long step) {
  for (Mask& mask : masks_) {
    std::array<char, 20> digits{};
    const char* const begin = digits.data();
    const char* const end = std::to_chars(digits.data(), digits.data() + digits.size(), step).ptr;
    mask.stream.resize(mask.stem);
    mask.stream.append(begin, end);
    RandomStream stream(seed_, mask.stream);
    View<S> place = tape_->value(mask.leaf);
    stream.mask(place.data(), place.size(), mask.drop);
  }
}

template <class S>
S BatchRun<S>::forward() {
  tape_->forward();
  return std::as_const(*tape_).value(loss_)(0, 0);
}

template <class S>
void BatchRun<S>::backward() {
  tape_->backward(loss_);
}

// The largest entry says the class; of equally large ones the first, as argmax has it.
template <class S>
bool BatchRun<S>::same_class(ConstView<S> scores, int sample, int label) const {
  if (task_ == Task::two_classes)
    return (scores(sample) > static_cast<S>(score_.threshold)) == (label == 1);
  const Eigen::Index classes = rows_ ? scores.cols() : scores.rows();
  const Eigen::Index step = rows_ ? scores.rows() : 1;
  const S* entry = scores.data() + (rows_ ? sample : sample * classes);
  const S wanted = entry[label * step];
  bool beaten = !(wanted == wanted);
  for (Eigen::Index c = 0; c < label; ++c) beaten |= entry[c * step] >= wanted;
  for (Eigen::Index c = label + 1; c < classes; ++c) beaten |= entry[c * step] > wanted;
  return !beaten;
}

template <class S>
int BatchRun<S>::correct(std::span<const int> labels) const {
  const ConstView<S> scores = std::as_const(*tape_).value(score_.node);
  int count = 0;
  for (int k = 0; k < size_; ++k)
    count += same_class(scores, k, labels[static_cast<std::size_t>(k)]) ? 1 : 0;
  return count;
}

template <class S>
View<S> BatchRun<S>::gradient(std::size_t parameter) {
  const NodeId id = parameters_[parameter];
  if (id < 0 || !tape_->reached(id)) return {nullptr, 0, 0};
  const ConstView<S> gradient = tape_->adjoint(id);
  // the tape's own storage: the next backward() writes it anew
  return {const_cast<S*>(gradient.data()), gradient.rows(), gradient.cols()};
}

template <class S>
void BatchRun<S>::keep_states() {
  for (const auto& [state, next] : next_states_) state->view() = std::as_const(*tape_).value(next);
}

template class BatchRun<float>;
template class BatchRun<double>;

}  // namespace tracer
