#include "tests/bench/workloads.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace tracer::bench {

std::string Workload::description() const {
  return fmt::format("{} {}, {}, batch {}, {} samples{}{}{}", fmt::join(layers, "-"), activation,
                     optimizer, batch == 0 ? "all" : std::to_string(batch), samples,
                     batch_norm ? ", batch norm" : "",
                     dropout.empty() ? "" : ", dropout " + dropout,
                     epochs == 1 ? "" : fmt::format(", {} iterations", epochs));
}

const std::vector<Workload>& workloads() {
  // The learning rates are such that each network learns: a loss that can't fall would not tell
  // whether all sides compute the same.
  static const std::vector<Workload> all{
      {.name = "W1",
       .layers = {784, 128, 64, 10},
       .activation = "sigmoid",
       .samples = 60'000,
       .batch = 128,
       .optimizer = "sgd",
       .lr = "0.5"},
      {.name = "W2",
       .layers = {784, 256, 128, 64, 32, 10},
       .activation = "relu",
       .samples = 48'000,
       .batch = 128,
       .optimizer = "sgd",
       .lr = "0.1"},
      {.name = "W3",
       .layers = {784, 20, 10},
       .activation = "relu",
       .samples = 37'800,
       .batch = 16,
       .optimizer = "sgd",
       .lr = "0.1"},
      {.name = "W4",
       .layers = {784, 20, 10},
       .activation = "relu",
       .samples = 37'800,
       .batch = 0,
       .optimizer = "sgd",
       .lr = "0.1",
       .epochs = 100},
      {.name = "W5",
       .layers = {784, 128, 64, 10},
       .activation = "relu",
       .samples = 60'000,
       .batch = 128,
       .optimizer = "adam",
       .lr = "0.001",
       .batch_norm = true,
       .dropout = "0.2"},
  };
  return all;
}

std::string lesson_of(const Workload& work) {
  std::string parameters;
  std::string lines;
  std::string value = "X";
  for (std::size_t layer = 1; layer < work.layers.size(); ++layer) {
    const int units = work.layers[layer];
    parameters += fmt::format("param W{0} = {1}({2}, {3})\nparam b{0} = zeros({2}, 1)\n", layer,
                              work.activation == "relu" ? "kaiming" : "xavier", units,
                              work.layers[layer - 1]);
    lines += fmt::format("Z{0} = W{0} @ {1} + b{0}\n", layer, value);
    value = fmt::format("Z{}", layer);
    if (layer + 1 == work.layers.size()) break;
    if (work.batch_norm) {
      parameters += fmt::format("param gamma{0} = ones({1}, 1)\nparam beta{0} = zeros({1}, 1)\n",
                                layer, units);
      lines += fmt::format("N{0} = batch_norm(Z{0}, gamma{0}, beta{0})\n", layer);
      value = fmt::format("N{}", layer);
    }
    lines += fmt::format("A{} = {}({})\n", layer, work.activation, value);
    value = fmt::format("A{}", layer);
    if (!work.dropout.empty()) {
      lines += fmt::format("D{} = dropout({}, {})\n", layer, value, work.dropout);
      value = fmt::format("D{}", layer);
    }
  }
  return fmt::format(
      "# {}: {}\n\n{}data X, Y = mnist(\"train\", n={})\n\n{}P = softmax({})\n"
      "L = cross_entropy(P, Y)\n\ntrain L with {}(lr={}), batch_size={}, epochs=1000000\n",
      work.name, work.description(), parameters, work.samples, lines, value, work.optimizer,
      work.lr, work.batch == 0 ? "all" : std::to_string(work.batch));
}

nlohmann::json to_json(const Workload& work, const std::filesystem::path& data,
                       const std::filesystem::path& weights) {
  return {
      {"name", work.name},       {"layers", work.layers},         {"activation", work.activation},
      {"samples", work.samples}, {"batch", work.batch},           {"optimizer", work.optimizer},
      {"lr", work.lr},           {"batch_norm", work.batch_norm}, {"dropout", work.dropout},
      {"epochs", work.epochs},   {"data", data.string()},         {"weights", weights.string()}};
}

Workload workload_from(const nlohmann::json& json) {
  return {.name = json.at("name"),
          .layers = json.at("layers"),
          .activation = json.at("activation"),
          .samples = json.at("samples"),
          .batch = json.at("batch"),
          .optimizer = json.at("optimizer"),
          .lr = json.at("lr"),
          .batch_norm = json.at("batch_norm"),
          .dropout = json.at("dropout"),
          .epochs = json.at("epochs")};
}

}  // namespace tracer::bench
