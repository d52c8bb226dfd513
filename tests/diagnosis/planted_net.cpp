#include "tests/diagnosis/planted_net.hpp"

#include <cmath>

#include <fmt/format.h>

namespace tracer::planted {
namespace {

std::string name_of(Unit unit) {
  switch (unit) {
    case Unit::sigmoid:
      return "sigmoid";
    case Unit::tanh:
      return "tanh";
    case Unit::relu:
      return "relu";
    case Unit::leaky:
      break;
  }
  return "leaky_relu";
}

std::string name_of(Output output) {
  switch (output) {
    case Output::softmax_cross_entropy:
      return "softmax + cross-entropy";
    case Output::softmax_logits:
      return "cross-entropy of logits";
    case Output::sigmoid_bce:
      return "sigmoid + bce";
    case Output::sigmoid_mse:
      return "sigmoid + mse";
    case Output::linear_half_mse:
      break;
  }
  return "linear + half mse";
}

template <class S>
struct PlantedRun {
  using M = Plain<S>;
  const Plan& plan;
  const Numbers<S>& leaves;
  const std::vector<Fault>& faults;
  // Z: before the activation (after batch norm), A: what goes on to the next layer
  std::vector<M> Z{}, A{}, H{};
  M normal{}, deviation{};
  std::vector<M> D{}, E{};
  Numbers<S> out{};

  const M& leaf(const std::string& name, int layer) const {
    return leaves.at(fmt::format("{}{}", name, layer));
  }
  bool at(const std::string& fault, int layer) const {
    for (const Fault& f : faults) {
      if (f.at(fault, layer)) return true;
    }
    return false;
  }
  bool at(const std::string& fault) const {
    for (const Fault& f : faults) {
      if (f.name == fault) return true;
    }
    return false;
  }
  S m() const { return static_cast<S>(plan.batch); }

  static S sigmoid(S v) { return 1 / (1 + std::exp(-v)); }
  static S relu(S v) { return v > 0 ? v : S(0); }
  static S step(S v) { return v > 0 ? S(1) : S(0); }
  static S leaky(S v) { return v > 0 ? v : S(0.01) * v; }
  static S leaky_step(S v) { return v > 0 ? S(1) : S(0.01); }
  static S tanh_of(S v) { return std::tanh(v); }
  static S exp_of(S v) { return std::exp(v); }
  static S sqrt_of(S v) { return std::sqrt(v); }

  M f(Unit unit, const M& z) const {
    switch (unit) {
      case Unit::sigmoid:
        return each(z, sigmoid);
      case Unit::tanh:
        return each(z, tanh_of);
      case Unit::relu:
        return each(z, relu);
      case Unit::leaky:
        break;
    }
    return each(z, leaky);
  }
  M slope(Unit unit, const M& z) const {
    switch (unit) {
      case Unit::sigmoid: {
        const M a = each(z, sigmoid);
        return a * (1 - a);
      }
      case Unit::tanh:
        return 1 - square(each(z, tanh_of));
      case Unit::relu:
        return each(z, step);
      case Unit::leaky:
        break;
    }
    return each(z, leaky_step);
  }

  M softmax_of(const M& z, bool rows) const {
    const M e = each(z, exp_of);
    return e / (rows ? row_sums(e) : column_sums(e));
  }

  M targets() const {
    const M& y = leaves.at("Y");
    if (!at("one_hot_off_by_one")) return y;
    M moved(y.rows(), y.columns());
    for (Index i = 0; i < y.rows(); ++i) {
      for (Index j = 0; j < y.columns(); ++j) moved((i + 1) % y.rows(), j) = y(i, j);
    }
    return moved;
  }

  void forward() {
    const int layers = plan.layers();
    Z.assign(static_cast<std::size_t>(layers + 1), M());
    A = H = Z;
    A[0] = leaves.at("X");
    for (int l = 1; l <= layers; ++l) {
      const auto i = static_cast<std::size_t>(l);
      Z[i] = dot(leaf("W", l), A[i - 1]) + leaf("b", l);
      if (l == layers) break;
      if (plan.batch_norm && l == 1) {
        const M centred = Z[i] - row_means(Z[i]);
        deviation = each(S(1e-5) + row_means(square(centred)), sqrt_of);
        normal = centred / deviation;
        Z[i] = normal * leaf("gamma", 1) + leaf("beta", 1);
      }
      H[i] = f(plan.units[i - 1], Z[i]);
      A[i] = H[i];
      if (plan.dropout && l == 1) A[i] = A[i] * leaf("mask", 1) / S(0.6);
      if (plan.skip && l == layers - 1) A[i] = A[i] + A[i - 1];
    }
  }

  // The gradient at the output's Z.
  M output() const {
    const auto last = static_cast<std::size_t>(plan.layers());
    const M& z = Z[last];
    const M y = targets();
    const auto k = static_cast<S>(z.rows());
    M d;
    switch (plan.output) {
      case Output::softmax_cross_entropy:
      case Output::softmax_logits: {
        M p = softmax_of(z, at("softmax_wrong_axis"));
        if (at("output_activation_twice")) p = softmax_of(p, false);
        d = (p - y) / m();
        if (at("softmax_diagonal"))  // through the loss's own slope, and each p on its own
          d = -(y / p / m()) * p * (1 - p);
        if (at("log_slope_missing")) {
          const M pb = -y / m();
          d = p * (pb - column_sums(pb * p));
        }
        if (at("output_slope_extra")) d = d * p * (1 - p);
        if (at("targets_ignored")) d = p / m();
        break;
      }
      case Output::sigmoid_bce: {
        M p = each(z, sigmoid);
        if (at("output_activation_twice")) p = each(p, sigmoid);
        d = (p - y) / (m() * k);
        if (at("output_slope_extra")) d = d * p * (1 - p);
        if (at("log_slope_missing")) d = (1 - 2 * y) / (m() * k) * p * (1 - p);
        if (at("targets_ignored")) d = p / (m() * k);
        break;
      }
      case Output::sigmoid_mse: {
        const M p = each(z, sigmoid);
        const S two = at("loss_factor_2_missing") ? S(1) : S(2);
        d = two * (p - y) / (m() * k);
        if (at("targets_ignored")) d = two * p / (m() * k);
        if (!at("output_slope_missing")) d = d * p * (1 - p);
        break;
      }
      case Output::linear_half_mse:
        d = (z - y) / (m() * k);
        if (at("loss_factor_2_extra")) d = 2 * d;
        if (at("targets_ignored")) d = z / (m() * k);
        break;
    }
    if (at("sign")) d = -d;
    if (at("sum_over_batch")) d = m() * d;
    if (at("sum_over_outputs")) d = k * d;
    if (at("sum_over_both")) d = m() * k * d;
    if (at("double_1_over_m_in_loss")) d = d / m();
    return d;
  }

  void parameter_gradients(int l) {
    const auto i = static_cast<std::size_t>(l);
    const std::string number = std::to_string(l);
    const M& w = leaf("W", l);
    M d = D[i];
    if (at("dW_upstream_wrong", l)) d = E[i];
    const M* input = &A[i - 1];
    if (at("preactivation_for_activation", l)) input = &Z[i - 1];
    if (at("dW_own_activation", l)) input = &H[i];
    M dw = dot(d, transpose(*input));
    if (at("missing_1_over_m_dW", l)) dw = m() * dw;
    if (at("double_1_over_m_dW", l)) dw = dw / m();
    if (at("dW_transposed", l)) dw = transpose(dw);
    const S lambda = static_cast<S>(plan.l2);
    if (plan.l2 > 0 && !at("l2_missing", l)) {
      S times = 2;
      if (at("l2_doubled", l)) times = 4;
      if (at("l2_without_2", l)) times = 1;
      if (at("l2_over_m", l)) times = 2 / m();
      dw = dw + times * lambda * w;
    }
    if (at("extra_weight_term", l)) dw = dw + S(0.3) * w;
    const Index units = D[i].rows();
    M db = row_sums(D[i]);
    if (at("bias_sum_all_axes", l)) db = M(units, 1, sum(D[i]));
    if (at("bias_mean_over_units", l)) db = M(units, 1, sum(D[i]) / static_cast<S>(units));
    if (at("bias_mean_of_unit_sums", l)) db = M(units, 1, sum(D[i]) / m());
    if (at("bias_mean", l)) db = db / m();
    if (at("bias_row_sum_of_dW", l)) db = row_sums(dot(d, transpose(*input)));
    if (at("bias_wrong_axis", l)) db = transpose(column_sums(D[i]));
    if (at("missing_1_over_m_db", l)) db = m() * db;
    if (at("l2_on_bias", l)) db = db + 2 * lambda * leaf("b", l);
    if (at("bias_not_summed", l)) out["D" + number] = D[i];
    out["W" + number] = dw;
    out["b" + number] = db;
  }

  // From D of layer l + 1 to E of layer l: the gradient at A.
  M down(int l) const {
    const auto above = static_cast<std::size_t>(l + 1);
    M w = leaf("W", l + 1);
    if (at("updated_weights", l)) w = w - S(0.3) * out.at("W" + std::to_string(l + 1));
    if (at("weight_gradient_for_weight", l)) w = out.at("W" + std::to_string(l + 1));
    const M& d = at("chain_missing_slope", l) ? E[above] : D[above];
    M e = dot(at("transpose_missing", l) ? w : transpose(w), d);
    if (at("mean_over_units", l)) e = e / static_cast<S>(w.rows());
    return e;
  }

  M through_slope(int l, const M& e) const {
    const auto i = static_cast<std::size_t>(l);
    const Unit unit = plan.units[i - 1];
    const M& z = Z[i];
    const M& h = H[i];
    if (at("activation_for_slope", l)) return e * h;
    if (at("preactivation_for_slope", l)) return e * z;
    if (at("slope_missing", l)) return e;
    if (at("slope_at_activation", l)) return e * slope(unit, h);
    if (at("result_rule_at_preactivation", l))
      return e * (unit == Unit::tanh ? 1 - square(z) : z * (1 - z));
    if (at("slope_formula", l)) {
      if (unit == Unit::tanh) return e * (1 - h);
      const M s = 1 + each(-z, exp_of);  // 1/1 + exp(-z)
      return e * s * (1 - s);
    }
    if (at("slope_of_wrong_activation", l))
      return e * slope(unit == Unit::sigmoid ? Unit::tanh : Unit::sigmoid, z);
    if (at("slope_at_gradient", l)) return e * slope(unit, e);
    if (at("activation_applied_to_gradient", l)) return f(unit, e);
    if (at("leaky_slope", l)) return e * slope(Unit::relu, z);
    return e * slope(unit, z);
  }

  void backward() {
    const int layers = plan.layers();
    D.assign(static_cast<std::size_t>(layers + 1), M());
    E = D;
    D[static_cast<std::size_t>(layers)] = output();
    E[static_cast<std::size_t>(layers)] = D[static_cast<std::size_t>(layers)];
    M past;  // of the skip connection: what goes around the last hidden layer
    for (int l = layers; l >= 1; --l) {
      const auto i = static_cast<std::size_t>(l);
      if (l < layers) {
        M e = down(l);
        if (past.size() > 0) {
          if (at("path_overwritten"))
            e = past;
          else if (at("path_left_out"))
            past = M();
          else if (at("path_doubled"))
            e = e + 2 * past;
          else
            e = e + past;
          past = M();
        }
        if (plan.skip && l == layers - 1) past = e;
        if (plan.dropout && l == 1) {
          const M& mask = leaf("mask", 1);
          if (at("dropout_mask_missing"))
            e = e / S(0.6);
          else if (at("dropout_scale_missing"))
            e = e * mask;
          else if (at("dropout_twice"))
            e = e * mask / S(0.36);
          else if (at("dropout_scale_turned"))
            e = S(0.6) * (e * mask);
          else if (!at("dropout_left_out"))
            e = e * mask / S(0.6);
        }
        E[i] = e;
        D[i] = through_slope(l, e);
        if (plan.batch_norm && l == 1) D[i] = through_batch_norm(D[i]);
      }
      parameter_gradients(l);
    }
  }

  M through_batch_norm(const M& d) {
    out["beta1"] = row_sums(d);
    out["gamma1"] = row_sums(d * normal);
    M g = d * leaf("gamma", 1);
    const M mean = row_means(g);
    const M product = row_means(g * normal);
    if (!at("batchnorm_constant_stats")) {
      if (!at("batchnorm_constant_mean")) g = g - mean;
      if (!at("batchnorm_constant_variance")) g = g - normal * product;
    }
    const M result = g / deviation;
    if (at("batchnorm_param_grads_from_dx")) {
      out["beta1"] = row_sums(result);
      out["gamma1"] = row_sums(result * normal);
    }
    return result;
  }
};

}  // namespace

std::string Plan::text() const {
  std::string made;
  for (const int size : sizes) made += (made.empty() ? "" : "-") + std::to_string(size);
  for (const Unit unit : units) made += " " + name_of(unit);
  made += fmt::format(", {}, m = {}", name_of(output), batch);
  if (l2 > 0) made += fmt::format(", l2 {}", l2);
  if (dropout) made += ", dropout";
  if (batch_norm) made += ", batch norm";
  if (skip) made += ", skip";
  return made;
}

std::string lesson_of(const Plan& plan, unsigned seed) {
  std::string text = fmt::format("seed {}\n", seed);
  const int layers = plan.layers();
  for (int l = 1; l <= layers; ++l) {
    const int n = plan.sizes[static_cast<std::size_t>(l)];
    text += fmt::format("param W{0} = normal({1}, {2})\nparam b{0} = normal({1}, 1)\n", l, n,
                        plan.sizes[static_cast<std::size_t>(l - 1)]);
  }
  const int hidden = plan.sizes[1];
  if (plan.batch_norm)
    text += fmt::format("param gamma1 = normal({0}, 1)\nparam beta1 = normal({0}, 1)\n", hidden);
  if (plan.dropout) text += fmt::format("input mask1 = ones({}, {})\n", hidden, plan.batch);
  text += "data X, Y = mnist(\"train\")\n";  // samples are put in its place
  std::string a = "X";
  for (int l = 1; l < layers; ++l) {
    text += fmt::format("Z{0} = W{0} @ {1} + b{0}\n", l, a);
    std::string z = fmt::format("Z{}", l);
    if (plan.batch_norm && l == 1) {
      text += "N1 = batch_norm(Z1, gamma1, beta1)\n";
      z = "N1";
    }
    text +=
        fmt::format("A{} = {}({})\n", l, name_of(plan.units[static_cast<std::size_t>(l - 1)]), z);
    std::string next = fmt::format("A{}", l);
    if (plan.dropout && l == 1) {
      text += "D1 = dropout(A1, 0.4, mask=mask1)\n";
      next = "D1";
    }
    if (plan.skip && l == layers - 1) {
      text += fmt::format("S{} = {} + {}\n", l, next, a);
      next = fmt::format("S{}", l);
    }
    a = next;
  }
  text += fmt::format("Z{0} = W{0} @ {1} + b{0}\n", layers, a);
  std::string penalty;
  for (int l = 1; plan.l2 > 0 && l <= layers; ++l)
    penalty += fmt::format(" + {}*l2(W{})", plan.l2, l);
  const std::string z = fmt::format("Z{}", layers);
  switch (plan.output) {
    case Output::softmax_cross_entropy:
      text += fmt::format("P = softmax({})\nL = cross_entropy(P, Y){}\n", z, penalty);
      break;
    case Output::softmax_logits:
      text += fmt::format("L = softmax_cross_entropy({}, Y){}\n", z, penalty);
      break;
    case Output::sigmoid_bce:
      text += fmt::format("P = sigmoid({})\nL = bce(P, Y){}\n", z, penalty);
      break;
    case Output::sigmoid_mse:
      text += fmt::format("P = sigmoid({})\nL = mse(P, Y){}\n", z, penalty);
      break;
    case Output::linear_half_mse:
      text += fmt::format("L = half_mse({}, Y){}\n", z, penalty);
      break;
  }
  return text + "train L with sgd(lr=0.3), batch_size=all\n";
}

template <class S>
Numbers<S> gradients(const Plan& plan, const Numbers<S>& leaves, const std::vector<Fault>& faults) {
  PlantedRun<S> net{plan, leaves, faults};
  net.forward();
  net.backward();
  return net.out;
}

template Numbers<float> gradients(const Plan&, const Numbers<float>&, const std::vector<Fault>&);
template Numbers<double> gradients(const Plan&, const Numbers<double>&, const std::vector<Fault>&);

}  // namespace tracer::planted
