// What people call a gradient.
#include "tests/catch.hpp"
#include "tracer/language/gradient_names.hpp"

using namespace tracer;

namespace {

// "L/W1" for the first reading that says the numerator, "/W1" where it is not said, "" where none
std::string first_reading(std::string_view name) {
  const auto readings = gradient_names(name, is_loss_word);
  return readings.empty() ? "" : readings.front().numerator + "/" + readings.front().of;
}

}  // namespace

TEST_CASE("a quotient of differentials says its loss and its variable", "[names]") {
  for (const std::string_view name :
       {"dL/dW1", "∂L/∂W1", "δL/δW1", " d(L) / d(W1) ", "dL_dW1", "dLdW1", "dL_by_dW1", "DL/DW1"}) {
    CAPTURE(name);
    CHECK(first_reading(name) == "L/W1");
  }
  CHECK(first_reading("da1/dz1") ==
        "a1/z1");  // whatever stands above: it is the reader's to refuse
  CHECK(first_reading("L/W1").empty());
  CHECK(first_reading("dL/d").empty());
}

TEST_CASE("without a slash only a loss stands above, or it would be a part of the name",
          "[names]") {
  CHECK(first_reading("dense_dropout") == "/ense_dropout");
  CHECK(first_reading("dcost_dw") == "cost/w");
  const auto mine = gradient_names("dmiss_dw", [](std::string_view top) { return top == "miss"; });
  CHECK(mine.front().numerator == "miss");
}

TEST_CASE("words for a gradient stand before or behind, the longest is taken", "[names]") {
  for (const std::string_view name :
       {"W1.grad", "W1_grad", "W1.gradient", "W1 grad", "W1.g", "W1_bar", "grad_W1", "grads.W1",
        "gradient_W1", "gradient(W1)", "∇W1", "dW1", "d_W1", "∂W1", "gW1", "g_W1", "d{W1}"}) {
    CAPTURE(name);
    CHECK(first_reading(name) == "/W1");
  }
  for (const std::string_view name : {"W1", "d", "g", "∂", "", "_grad"}) {
    CAPTURE(name);
    CHECK(first_reading(name).empty());
  }
}

TEST_CASE("a letter before a name may be a part of it: that reading says so", "[names]") {
  using Form = GradientName::Form;
  CHECK(gradient_names("date", is_loss_word).front().form == Form::letter);
  CHECK(gradient_names("gain", is_loss_word).front().form == Form::letter);
  CHECK(gradient_names("∂W", is_loss_word).front().form == Form::word_before);
  CHECK(gradient_names("W.grad", is_loss_word).front().form == Form::word_behind);
}

TEST_CASE("spellings of a name differ in case, signs between and indices below", "[names]") {
  for (const std::string_view name : {"w_1", "W1", "w₁", "w_{1}", "w(1)", "W^[1]"}) {
    CAPTURE(name);
    CHECK(plain_name(name) == "w1");
  }
  CHECK(plain_name("σ_2") == "σ2");
  CHECK(is_loss_word("Loss"));
  CHECK_FALSE(is_loss_word("lost"));
}
