#include "tracer/train/batch_run.hpp"

#include <algorithm>
#include <utility>

#include "tracer/graph/backward.hpp"

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
  const Output& output = batch.output;
  if (task == Task::classes) return {output.scores, threshold};
  // where the border is the pair's own, what goes into the activation tells it as well
  const auto border_of = [](const Operation& loss) { return *loss.loss->threshold; };
  if (output.pair != nullptr && threshold == border_of(output.pair->loss()))
    return {batch.graph[output.plain].operands[0], border_of(output.pair->joined())};
  return {output.plain, threshold};
}

template <class S>
BatchRun<S>::BatchRun(const Program& program, int size, const BatchPlan<S>& plan)
    : size_(size),
      rows_(program.data && program.data->rows),
      task_(plan.decision.task),
      built_(program.graph(size)) {
  const BatchGraph& built = *built_;
  score_ = score_of(built, plan.decision, rows_);
  std::vector<NodeId> needed{built.loss};
  if (score_.node >= 0) needed.push_back(score_.node);
  for (const auto& [leaf, next] : built.state_updates) needed.push_back(next);
  for (const std::string& name : plan.kept) {
    if (const NodeId id = built.graph.find(name); id >= 0) needed.push_back(id);
  }
  std::vector<NodeId> leaves;  // of the parameters, in the lesson's graph
  for (const Stored<S>& parameter : plan.weights->learned()) {
    const auto leaf = built.leaves.find(parameter.name);
    const bool wanted = std::ranges::count(program.wrt, parameter.name) > 0;
    leaves.push_back(leaf == built.leaves.end() || !wanted ? -1 : leaf->second);
  }
  fused_ = plan.planted ? fused_with(plan.planted, needed, leaves) : fuse(built.graph, needed);
  loss_ = image(built.loss);
  score_.node = image(score_.node);

  std::vector<NodeId> wrt;
  for (const NodeId leaf : leaves) {
    parameters_.push_back(leaf < 0 ? -1 : image(leaf));
    if (parameters_.back() >= 0 && !plan.planted) wrt.push_back(parameters_.back());
  }
  tape_ = std::make_unique<Tape<S>>(fused_.graph, wrt);
  leaves_.emplace(program, built, plan.weights->kept(), plan.samples, fused_.image);
  leaves_->skip_zeros(*tape_);
  for (const auto& [leaf, next] : built.state_updates) {
    const auto state =
        std::ranges::find(plan.weights->statistics(), built.graph[leaf].name, &Stored<S>::name);
    next_states_.emplace_back(&*state, image(next));
  }
}

template <class S>
RewrittenGraph BatchRun<S>::fused_with(const Planted& planted, const std::vector<NodeId>& needed,
                                       const std::vector<NodeId>& wrt) {
  BackwardGraph back(built_->graph, built_->loss, -1, BackwardGraph::Outputs::joined);
  const auto edits = planted(*built_, back);
  BackwardGraph::Pass pass = back.pass();
  for (const auto& edit : edits) pass = back.edited(pass, edit);
  std::vector<NodeId> all = needed;
  for (const NodeId leaf : wrt) {
    gradients_.push_back(leaf < 0 ? -1 : back.gradient(pass, leaf));
    if (gradients_.back() >= 0) all.push_back(gradients_.back());
  }
  RewrittenGraph fused = fuse(back.graph(), all);
  for (NodeId& gradient : gradients_) {
    if (gradient >= 0) gradient = fused.of(gradient);
  }
  changeable_.resize(gradients_.size());
  return fused;
}

template <class S>
void BatchRun<S>::take(std::span<const int> samples, long long step, const BatchShare& share) {
  leaves_->take(samples, step, share);
  leaves_->bind(*tape_);
}

template <class S>
void BatchRun<S>::complete() {
  leaves_->complete();
  leaves_->bind(*tape_);
}

template <class S>
S BatchRun<S>::forward() {
  tape_->forward();
  return loss();
}

template <class S>
void BatchRun<S>::backward() {
  if (gradients_.empty()) {
    tape_->backward(loss_);
    return;
  }
  for (std::size_t p = 0; p < gradients_.size(); ++p) {
    if (gradients_[p] >= 0) changeable_[p] = tape_->value(gradients_[p]);
  }
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
int BatchRun<S>::correct(std::span<const int> samples, std::span<const int> labels) const {
  const ConstView<S> scores = tape_->value(score_.node);
  const auto label_of = [&](int k) {
    return labels[static_cast<std::size_t>(samples[static_cast<std::size_t>(k)])];
  };
  int count = 0;
  for (int k = 0; k < size_; ++k) count += same_class(scores, k, label_of(k)) ? 1 : 0;
  return count;
}

template <class S>
View<S> BatchRun<S>::gradient(std::size_t parameter) {
  if (!gradients_.empty()) {
    Array<S>& gradient = changeable_[parameter];
    return {gradient.data(), gradient.rows(), gradient.cols()};
  }
  const NodeId id = parameters_[parameter];
  if (id < 0 || !tape_->reached(id)) return {nullptr, 0, 0};
  return tape_->adjoint(id);
}

template <class S>
void BatchRun<S>::keep_states() {
  for (const auto& [state, next] : next_states_) state->view() = tape_->value(next);
}

template <class S>
ConstView<S> BatchRun<S>::next_state(const Stored<S>& of) const {
  const Tape<S>& tape = *tape_;
  return tape.value(
      std::ranges::find(next_states_, &of, [](const auto& next) { return next.first; })->second);
}

template class BatchRun<float>;
template class BatchRun<double>;

}  // namespace tracer
