// What a model's page shows of single samples and units.
#include <algorithm>
#include <cmath>

#include "tests/catch.hpp"
#include "tests/view/svg_text.hpp"
#include "tracer/language/elaborate.hpp"
#include "tracer/render/formats.hpp"
#include "tracer/render/model_pictures.hpp"

namespace tracer {
namespace {

// Four samples of two numbers, which may be taken for pictures of two pixels.
Program two_pixels() {
  Program program =
      load_program(Source("pixels.lesson",
                          "param W = [[1, 0], [3, -4], [0, 2]]\n"
                          "param v = [[1, 1, 1]]\n"
                          "data x, y in ([1, 0], 0), ([0, 1], 0), ([1, 1], 0), ([0, 0], 1)\n"
                          "H = W @ x\nP = sigmoid(v @ H)\nL = bce(P, y)\n"
                          "train L with sgd(lr=0.1), batch_size=1\n"));
  program.data->image_rows = 1;
  program.data->image_columns = 2;
  return program;
}

Array<float> outputs_of(std::initializer_list<float> values) {
  Array<float> outputs(1, static_cast<Eigen::Index>(values.size()));
  std::copy(values.begin(), values.end(), outputs.data());
  return outputs;
}

}  // namespace

TEST_CASE("the worst mistakes are those whose score is farthest above the right one's",
          "[render][pictures]") {
  const Program program = two_pixels();
  const Model model;
  const Metrics metrics = count_classes({0, 0, 0, 1}, {1, 0, 1, 0}, {"no", "yes"});
  ModelReport report{program, model, "training", metrics, {1, 0, 1, 0}, {&*program.data, {}}};
  CHECK(surest_mistakes(report, 9).empty());  // the outputs are not known
  report.outputs = outputs_of({0.6F, 0.2F, 0.9F, 0.3F});
  report.ranking = ranking_of({0, 0, 0, 1}, report.outputs);
  const std::vector<WrongPrediction> worst = surest_mistakes(report, 9);
  REQUIRE(worst.size() == 3);
  CHECK(worst[0].sample == 2);  // 0.9 for yes
  CHECK(worst[1].sample == 3);  // 0.7 for no
  CHECK(worst[2].sample == 0);
  CHECK(worst[1].said == 0);
  CHECK(std::abs(worst[1].of_said - 0.7) < 1e-6);
  CHECK(surest_mistakes(report, 1).size() == 1);
  const std::string page = write(surely_wrong(report), "html");
  CHECK(times("<image ", page) == 3);
  CHECK(page.find("90.00 %") < page.find("70.00 %"));
}

TEST_CASE("the first layer's units are pictures, those with the largest weights first",
          "[render][pictures]") {
  const Program program = two_pixels();
  Array<float> w(3, 2);
  w << 1, 0, 3, -4, 0, 2;
  Model model;
  model.parameters.emplace("W", w);
  model.parameters.emplace("v", Array<float>(Array<float>::Zero(1, 3)));
  const Metrics metrics = count_classes({0, 0, 0, 1}, {0, 0, 0, 1}, {"no", "yes"});
  ModelReport report{program, model, "training", metrics, {}, {&*program.data, {}}};
  const std::string page = write(first_weights(report), "html");
  CHECK(times("<image ", page) == 3);
  CHECK(page.find("unit 2<") < page.find("unit 3<"));
  CHECK(page.find("unit 3<") < page.find("unit 1<"));
  CHECK(write(first_weights(report), "text").empty());
  report.weights = true;
  CHECK(has(write(first_weights(report), "text"), "Weights of the first layer, W: 3 units"));
}

TEST_CASE("an autoencoder's samples stand above what it makes of them", "[render][pictures]") {
  const Program program = two_pixels();
  const Model model;
  Metrics metrics;
  metrics.count = 4;
  ModelReport report{program, model, "training", metrics, {}, {&*program.data, {}}};
  CHECK(reconstructions(report).empty());
  report.outputs.setConstant(2, 4, 0.5F);
  const std::string page = write(reconstructions(report), "html");
  CHECK(times("<image ", page) == 8);
  CHECK(times("mse 0.2500", page) == 4);
  CHECK(has(write(reconstructions(report), "text"), "sample 1"));
}

}  // namespace tracer
