#include "tracer/train/weights.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "tracer/error.hpp"

namespace tracer {
namespace {

template <class S>
Tensors tensors_of(const std::vector<Stored<S>>& all) {
  Tensors tensors;
  for (const Stored<S>& one : all) tensors.emplace(one.name, Array<S>(one.view()));
  return tensors;
}

// the tensor of that name, of this shape and scalar type
template <class S>
void put_back(const Tensors& tensors, const std::string& name, View<S> place) {
  const auto found = tensors.find(name);
  if (found == tensors.end())
    throw Error(fmt::format("the checkpoint has no {}: it is of another lesson", name));
  const auto* values = std::get_if<Array<S>>(&found->second);
  if (values == nullptr) {
    constexpr bool is_float = std::is_same_v<S, float>;
    throw Error(fmt::format("the checkpoint's {} is {}, but this run is {}; add --dtype {}", name,
                            is_float ? "float64" : "float32", is_float ? "float32" : "float64",
                            is_float ? "float64" : "float32"));
  }
  if (values->rows() != place.rows() || values->cols() != place.cols()) {
    throw Error(fmt::format("{} is {}×{} in the checkpoint, but {}×{} in the lesson", name,
                            values->rows(), values->cols(), place.rows(), place.cols()));
  }
  place = *values;
}

template <class S>
Stored<S> starting(const Program& program, const std::string& name) {
  const Shape& shape = program.shapes.at(name);
  Stored<S> made{name, shape.rows.count, shape.columns.count,
                 numbers_of<S>(program.values.at(name))};
  if (static_cast<long long>(made.values.size()) != shape.count())
    throw Error(fmt::format("{} has no numbers to start from; give it some to train it", name));
  return made;
}

}  // namespace

template <class S>
WeightsOver<S>::WeightsOver(const Program& program, const BatchGraph& batch) {
  for (const std::string& name : program.parameters) learned_.push_back(starting<S>(program, name));
  for (const auto& [leaf, next] : batch.state_updates)
    statistics_.push_back(starting<S>(program, batch.graph[leaf].name));
  const OptimizerCall& call = program.training->optimizer;
  if (call.searches()) return;
  optimizer_ = Optimizer::make({call.name, call.numbers, call.flags});
  for (const Stored<S>& parameter : learned_)
    optimizer_states_.push_back(optimizer_->start<S>(parameter.rows, parameter.columns));
}

template <class S>
Kept<S> WeightsOver<S>::kept() const {
  Kept<S> kept;
  for (const auto* all : {&learned_, &statistics_}) {
    for (const Stored<S>& one : *all) kept.emplace(one.name, one.values.data());
  }
  return kept;
}

template <class S>
void WeightsOver<S>::update(std::size_t parameter, ConstView<S> gradient, long long step,
                            double lr) {
  step_options_.step = static_cast<int>(step);
  step_options_.lr = lr;
  optimizer_->step<S>(learned_[parameter].view(), gradient, optimizer_states_[parameter],
                      step_options_);
}

template <class S>
Tensors WeightsOver<S>::parameters() const {
  return tensors_of(learned_);
}

template <class S>
Tensors WeightsOver<S>::states() const {
  return tensors_of(statistics_);
}

template <class S>
Tensors WeightsOver<S>::optimizer() const {
  Tensors tensors;
  for (std::size_t p = 0; p < optimizer_states_.size(); ++p) {
    for (const std::string& state : optimizer_->states())
      tensors.emplace(learned_[p].name + " " + state, Array<S>(optimizer_states_[p][state]));
  }
  return tensors;
}

template <class S>
Tensors WeightsOver<S>::best() const {
  Tensors tensors;
  if (!has_best()) return tensors;
  std::size_t place = 0;
  for (const auto* all : {&learned_, &statistics_}) {
    for (const Stored<S>& one : *all) {
      const ConstView<S> kept(best_[place++].data(), one.rows, one.columns);
      tensors.emplace(one.name, Array<S>(kept));
    }
  }
  return tensors;
}

template <class S>
void WeightsOver<S>::load(const Checkpoint& checkpoint) {
  const auto put_all = [&](const Tensors& parameters, const Tensors& states) {
    for (Stored<S>& one : learned_) put_back<S>(parameters, one.name, one.view());
    for (Stored<S>& one : statistics_) put_back<S>(states, one.name, one.view());
  };
  if (!checkpoint.best.empty()) {
    put_all(checkpoint.best, checkpoint.best);
    remember_best();
  }
  put_all(checkpoint.model.parameters, checkpoint.model.states);
  for (std::size_t p = 0; p < optimizer_states_.size(); ++p) {
    for (const std::string& state : optimizer_->states()) {
      put_back<S>(checkpoint.optimizer, learned_[p].name + " " + state,
                  optimizer_states_[p][state]);
    }
  }
}

template <class S>
void WeightsOver<S>::remember_best() {
  best_.resize(learned_.size() + statistics_.size());
  std::size_t place = 0;
  for (const auto* all : {&learned_, &statistics_}) {
    for (const Stored<S>& one : *all) best_[place++] = one.values;
  }
}

template <class S>
void WeightsOver<S>::restore_best() {
  std::size_t place = 0;
  for (auto* all : {&learned_, &statistics_}) {
    // copied, not moved: the tapes read this storage
    for (Stored<S>& one : *all) std::ranges::copy(best_[place++], one.values.begin());
  }
}

template <class S>
std::string WeightsOver<S>::not_finite() const {
  for (const Stored<S>& parameter : learned_) {
    if (!parameter.view().isFinite().all()) return parameter.name;
  }
  return "";
}

template class WeightsOver<float>;
template class WeightsOver<double>;

}  // namespace tracer
