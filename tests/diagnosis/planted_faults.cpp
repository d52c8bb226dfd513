// The kinds of mistakes that planted_net.cpp can make, where each can be made, and what a diagnosis
// may call it.
#include <algorithm>
#include <map>

#include "tests/diagnosis/planted_net.hpp"

namespace tracer::planted {
namespace {

using Names = std::vector<std::string>;

struct Place {
  enum class Where {
    hidden,       // each hidden layer
    hidden_down,  // each hidden layer: what comes down to it
    layers,       // each layer: its own dW and db
    output        // once
  };
  Where where;
  bool (*fits)(const Plan&, int layer);
};

struct Kind {
  std::string name;
  Names called;
  Place::Where where;
  bool (*fits)(const Plan&, int layer);
};

Unit unit(const Plan& plan, int layer) { return plan.units[static_cast<std::size_t>(layer - 1)]; }
int size(const Plan& plan, int layer) { return plan.sizes[static_cast<std::size_t>(layer)]; }
bool bent(const Plan& plan, int layer) {
  return unit(plan, layer) == Unit::sigmoid || unit(plan, layer) == Unit::tanh;
}
bool any(const Plan&, int) { return true; }
bool softmax(const Plan& plan, int) {
  return plan.output == Output::softmax_cross_entropy || plan.output == Output::softmax_logits;
}
bool sigmoid_or_softmax_in_loss(const Plan& plan, int) {
  return softmax(plan, 0) || plan.output == Output::sigmoid_bce;
}
bool probabilities(const Plan& plan, int) {
  return plan.output == Output::softmax_cross_entropy || plan.output == Output::sigmoid_bce;
}
bool penalty(const Plan& plan, int) { return plan.l2 > 0; }
bool dropout(const Plan& plan, int) { return plan.dropout; }
bool batch_norm(const Plan& plan, int) { return plan.batch_norm; }
bool skip(const Plan& plan, int) { return plan.skip && plan.layers() > 2; }
// what comes down to a layer from above passes a slope there, and an activation between
bool slope_above(const Plan& plan, int layer) {
  return layer <= plan.layers() - 2 && !plan.dropout && !plan.skip;
}
bool square(const Plan& plan, int layer) { return size(plan, layer) == size(plan, layer - 1); }
bool square_above(const Plan& plan, int layer) {
  return size(plan, layer) == size(plan, layer + 1);
}
bool not_first(const Plan& plan, int layer) {
  return layer > 1 && !plan.dropout && !plan.skip && !plan.batch_norm;
}
bool hidden_square(const Plan& plan, int layer) {
  return layer < plan.layers() && square(plan, layer) && !plan.batch_norm;
}
bool hidden_plain(const Plan& plan, int layer) {
  return layer < plan.layers() && !plan.dropout && !plan.batch_norm;
}
bool several_units(const Plan& plan, int layer) { return size(plan, layer) > 1; }
bool batch_of_units(const Plan& plan, int layer) {
  return size(plan, layer) == plan.batch && layer < plan.layers();
}

const std::vector<Kind>& kinds() {
  using enum Place::Where;
  static const std::vector<Kind> all{
      {"activation_for_slope", {"activation_for_slope"}, hidden, any},
      {"preactivation_for_slope", {"activation_for_slope"}, hidden, any},
      {"slope_missing", {"slope_missing"}, hidden, any},
      {"slope_at_activation", {"slope_at_activation"}, hidden, bent},
      {"result_rule_at_preactivation", {"slope_at_activation"}, hidden, bent},
      {"slope_formula", {"slope_formula"}, hidden, bent},
      {"slope_of_wrong_activation", {"slope_of_wrong_activation"}, hidden, any},
      {"slope_at_gradient", {"slope_at_gradient", "activation_applied_to_gradient"}, hidden, bent},
      {"activation_applied_to_gradient",
       {"activation_applied_to_gradient", "slope_at_gradient"},
       hidden,
       any},
      {"leaky_slope",
       {"leaky_slope", "slope_of_wrong_activation"},
       hidden,
       [](const Plan& plan, int layer) { return unit(plan, layer) == Unit::leaky; }},
      {"chain_missing_slope",
       {"chain_missing_slope", "upstream_of_wrong_line"},
       hidden_down,
       slope_above},
      {"transpose_missing", {"transpose_missing"}, hidden_down, square_above},
      {"updated_weights", {"updated_weights"}, hidden_down, any},
      {"weight_gradient_for_weight", {"weight_gradient_for_weight"}, hidden_down, any},
      {"mean_over_units",
       {"scale"},
       hidden_down,
       [](const Plan& plan, int layer) { return several_units(plan, layer + 1); }},
      {"dW_upstream_wrong",
       {"upstream_of_wrong_line", "chain_missing_slope"},
       layers,
       hidden_plain},
      {"preactivation_for_activation", {"preactivation_for_activation"}, layers, not_first},
      {"dW_own_activation", {"dW_wrong_activation"}, layers, hidden_square},
      {"dW_transposed", {"gradient_transposed"}, layers, square},
      {"missing_1_over_m_dW", {"scale", "path_scaled"}, layers, any},
      {"double_1_over_m_dW", {"scale", "path_scaled"}, layers, any},
      {"missing_1_over_m_db", {"scale"}, layers, any},
      {"bias_mean", {"scale"}, layers, any},
      {"bias_sum_all_axes",
       {"bias_sum_all_axes"},
       layers,
       [](const Plan& plan, int layer) {
         // softmax's columns of P − Y sum to 0: then it is 0, and that is what it is called, too
         return several_units(plan, layer) && layer < plan.layers();
       }},
      {"bias_mean_over_units",
       {"bias_mean_over_units"},
       layers,
       [](const Plan& plan, int layer) {
         return several_units(plan, layer) && layer < plan.layers();
       }},
      {"bias_mean_of_unit_sums",
       {"bias_mean_over_batch_of_unit_sums"},
       layers,
       [](const Plan& plan, int layer) {
         return several_units(plan, layer) && layer < plan.layers();
       }},
      {"bias_row_sum_of_dW", {"bias_row_sum_of_dW"}, layers, any},
      {"bias_wrong_axis", {"bias_sum_wrong_axis"}, layers, batch_of_units},
      {"bias_not_summed", {"bias_not_summed"}, layers, any},
      {"gradients_not_zeroed", {"gradients_not_zeroed"}, output, any},
      {"l2_missing", {"l2_missing", "path_left_out", "extra_weight_term"}, layers, penalty},
      {"l2_doubled", {"l2_scale", "path_scaled", "extra_weight_term"}, layers, penalty},
      {"l2_without_2", {"l2_scale", "path_scaled", "extra_weight_term"}, layers, penalty},
      {"l2_over_m", {"l2_scale", "path_scaled", "extra_weight_term"}, layers, penalty},
      {"l2_on_bias", {"extra_weight_term"}, layers, penalty},
      // beside a penalty that is there it is that penalty, so many times
      {"extra_weight_term", {"extra_weight_term", "path_scaled", "l2_scale"}, layers, any},
      {"sign", {"sign", "scale"}, output, any},
      {"sum_over_batch", {"scale"}, output, any},
      {"sum_over_outputs",
       {"scale"},
       output,
       [](const Plan& plan, int) { return size(plan, plan.layers()) > 1; }},
      {"sum_over_both", {"scale"}, output, any},
      {"double_1_over_m_in_loss", {"scale"}, output, any},
      {"loss_factor_2_missing",
       {"scale"},
       output,
       [](const Plan& plan, int) { return plan.output == Output::sigmoid_mse; }},
      {"loss_factor_2_extra",
       {"scale"},
       output,
       [](const Plan& plan, int) { return plan.output == Output::linear_half_mse; }},
      {"softmax_diagonal", {"softmax_diagonal"}, output, softmax},
      {"softmax_wrong_axis", {"softmax_wrong_axis"}, output, softmax},
      {"output_activation_twice", {"output_activation_twice"}, output, sigmoid_or_softmax_in_loss},
      {"output_slope_extra", {"output_slope_extra"}, output, sigmoid_or_softmax_in_loss},
      {"output_slope_missing",
       {"slope_missing"},
       output,
       [](const Plan& plan, int) { return plan.output == Output::sigmoid_mse; }},
      {"log_slope_missing", {"log_slope_missing"}, output, probabilities},
      {"targets_ignored", {"targets_ignored"}, output, any},
      {"one_hot_off_by_one", {"one_hot_off_by_one"}, output, softmax},
      {"dropout_mask_missing", {"dropout_mask_missing"}, output, dropout},
      {"dropout_left_out", {"dropout_mask_missing"}, output, dropout},
      {"dropout_scale_missing", {"dropout_scale", "scale"}, output, dropout},
      {"dropout_scale_turned", {"dropout_scale", "scale"}, output, dropout},
      {"dropout_twice", {"dropout_twice", "scale"}, output, dropout},
      {"batchnorm_constant_stats", {"batchnorm_constant_stats"}, output, batch_norm},
      {"batchnorm_constant_mean", {"batchnorm_constant_stats"}, output, batch_norm},
      {"batchnorm_constant_variance", {"batchnorm_constant_stats"}, output, batch_norm},
      {"batchnorm_param_grads_from_dx", {"batchnorm_param_grads_from_dx"}, output, batch_norm},
      {"path_overwritten", {"path_overwritten", "path_left_out"}, output, skip},
      {"path_left_out", {"path_overwritten", "path_left_out"}, output, skip},
      {"path_doubled", {"path_scaled"}, output, skip},
  };
  return all;
}

}  // namespace

const std::vector<FaultKind>& fault_kinds() {
  static const std::vector<FaultKind> all = [] {
    std::vector<FaultKind> made;
    for (const Kind& kind : kinds()) made.push_back({kind.name, kind.called});
    return made;
  }();
  return all;
}

std::vector<int> layers_for(const std::string& fault, const Plan& plan) {
  const auto kind = std::ranges::find(kinds(), fault, &Kind::name);
  std::vector<int> layers;
  switch (kind->where) {
    case Place::Where::output:
      if (kind->fits(plan, 0)) layers.push_back(0);
      break;
    case Place::Where::hidden:
    case Place::Where::hidden_down:
      for (int l = 1; l < plan.layers(); ++l) {
        if (kind->fits(plan, l)) layers.push_back(l);
      }
      break;
    case Place::Where::layers:
      for (int l = 1; l <= plan.layers(); ++l) {
        if (kind->fits(plan, l)) layers.push_back(l);
      }
      break;
  }
  return layers;
}

}  // namespace tracer::planted
