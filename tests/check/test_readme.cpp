// The README's example of check_gradient, compiled: what stands between the two lines below is, to
// the letter, what stands there, and so is what it prints of a mistake.
#include <Eigen/Core>

#include <sstream>

#include "tests/catch.hpp"
#include "tests/lessons/run_program.hpp"
#include "tracer/check/check_gradient.hpp"  // so that it is not included within the namespace below

namespace {
// begin of README
#include <tracer/check/check_gradient.hpp>

double loss(const Eigen::VectorXd& w) { return w.array().tanh().sum() + w(0) * w(1); }

Eigen::VectorXd gradient(const Eigen::VectorXd& w) {
  Eigen::VectorXd g = 1 - w.array().tanh().square();
  g(0) += w(1);
  g(1) += w(0);
  return g;
}

TEST_CASE("my gradient is right") {
  CHECK(tracer::check_gradient(loss, gradient, Eigen::VectorXd::LinSpaced(4, -1, 2).eval()));
}
// end of README
}  // namespace

namespace tracer {
namespace {

// the block between ``` lines that contains `part`
std::string block_with(const std::string& language, const std::string& part) {
  const std::string text = read_text(lessons_folder().parent_path() / "README.md");
  const std::string fence = "```" + language + "\n";
  for (std::size_t at = text.find(fence); at != std::string::npos; at = text.find(fence, at + 1)) {
    const std::size_t begin = at + fence.size();
    const std::string block = text.substr(begin, text.find("```", begin) - begin);
    if (block.find(part) != std::string::npos) return block;
  }
  return "";
}

}  // namespace

TEST_CASE("README: the example of check_gradient is the one that is compiled here", "[check]") {
  const std::string here = read_text(__FILE__);
  const std::string first = "// begin of README\n";
  const std::size_t begin = here.find(first) + first.size();
  const std::string example = here.substr(begin, here.find("// end of README") - begin);
  CHECK(first_difference(block_with("cpp", "check_gradient"), example) == "");
}

TEST_CASE("README: what it says check_gradient prints is what it prints", "[check]") {
  const Eigen::VectorXd w = Eigen::VectorXd::LinSpaced(4, -1, 2);
  const auto forgetful = [](const Eigen::VectorXd& x) {
    Eigen::VectorXd g = 1 - x.array().tanh().square();
    g(0) += x(1);
    return g;
  };
  // but for the columns of what is left over by rounding, which differs from machine to machine
  const auto without_noise = [](const std::string& table) {
    std::string kept;
    for (const std::string& line : lines_of(table)) {
      std::istringstream words(line);
      std::string word;
      for (int i = 0; i < 3 && words >> word; ++i) kept += word + " ";
      kept += "\n";
    }
    return kept;
  };
  CHECK(first_difference(without_noise(block_with("text", "its error")),
                         without_noise(check_gradient(loss, forgetful, w).table())) == "");
}

}  // namespace tracer
