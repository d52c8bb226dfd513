// A room holds its operation: no file outside tracer/op names an operation's type, or compares its
// name as text. What others want to know is a trait (symbol/traits.hpp).
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>

#include "tests/catch.hpp"
#include "tracer/op/all.hpp"

namespace tracer {
namespace {

namespace fs = std::filesystem;

// What may stand outside of tracer/op, by file.
const std::map<std::string, std::set<std::string>>& allowed() {
  static const std::map<std::string, std::set<std::string>> list{
      {"tracer/graph/fuse.cpp", {"op::Affine"}},
      {"tracer/train/network.hpp", {"relu"}},              // the usual activation
      {"tracer/language/calls.cpp", {"concat"}},           // hstack and vstack are read with it
      {"tracer/diagnosis/make_problem.cpp", {"reshape"}},  // calls of a lesson's text
      {"tracer/language/names.cpp", {"e"}},                // to which digits: of e, or of pi
      // a step of a training
      {"tracer/language/parser_expect.cpp", {"step"}},
      {"tracer/grade/answer_heading.cpp", {"step"}},
      {"tracer/grade/answers.cpp", {"step"}},
      {"tracer/language/data_files.cpp", {"mean"}},  // what is missing in a file of samples
      // a layer's own rule where a lesson writes it out
      {"tracer/mistake/written_out.cpp", {"op::Softmax", "op::BatchNorm", "op::Dropout"}},
      // ways of writing a function that is one formula above 0 and another below
      {"tracer/mistake/sides.cpp",
       {"op::Where", "op::Compare", "op::Relation", "op::Step", "op::Maximum", "op::Minimum",
        "op::Relu", "op::LeakyRelu", "op::Elu", "op::Exp", "op::Opposite"}},
      // commands of LaTeX, and names of notation
      {"tracer/render/latex_rows.cpp", {"sqrt", "sum", "tanh"}},
      {"tracer/render/latex_text.cpp", {"tanh"}},
      {"tracer/render/precedence.cpp", {"exp", "ln", "sqrt", "norm"}},  // √x, ‖x‖
      // what a number says of a function that it can't decide
      {"tracer/number/exact_functions.cpp", {"tanh", "sigmoid", "softplus"}}};
  return list;
}

std::string without_comment(const std::string& line) { return line.substr(0, line.find("//")); }

/// The offences of a line of code: an operation's type, its name in a comparison, or the name of an
/// activation, a loss, a layer anywhere.
std::vector<std::string> named_in(const std::string& line) {
  static const std::set<std::string_view> names = [] {
    std::set<std::string_view> all;
    for (const Operation* operation : op::operations()) {
      all.insert({operation->name, operation->call});
      all.insert(operation->other_names.begin(), operation->other_names.end());
    }
    all.erase("");
    return all;
  }();
  static const std::set<std::string_view> telling = [] {
    std::set<std::string_view> all;
    for (const Operation* operation : op::operations()) {
      if (operation->hidden != nullptr || operation->loss != nullptr ||
          operation->layer != nullptr || operation->is_by_sample)
        all.insert({operation->name, operation->call});
    }
    all.erase("");
    return all;
  }();
  static const std::regex type(R"(\bop::[A-Z]\w*)");
  static const std::regex text(R"re("([^"]*)")re");
  static const std::regex compared(
      R"re((?:[=!]=\s*|(?:starts_with|ends_with|find|contains|count)\(\s*)"([^"]*)")re");
  const std::string code = without_comment(line);
  std::vector<std::string> found;
  const auto each = [&](const std::regex& form, int group, auto&& is_wrong) {
    for (std::sregex_iterator at(code.begin(), code.end(), form), end; at != end; ++at) {
      const std::string word = (*at)[static_cast<std::size_t>(group)];
      if (is_wrong(word)) found.push_back(word);
    }
  };
  each(type, 0, [](const std::string&) { return true; });
  each(text, 1, [](const std::string& word) { return telling.contains(word); });
  each(compared, 1, [](const std::string& word) { return names.contains(word); });
  return found;
}

}  // namespace

TEST_CASE("no file outside tracer/op names an operation or compares its name as text", "[op]") {
  const fs::path source(TRACER_SOURCE_DIR);
  int files = 0;
  for (const auto& entry : fs::recursive_directory_iterator(source / "tracer")) {
    const std::string extension = entry.path().extension().string();
    const std::string path = entry.path().lexically_relative(source).generic_string();
    if ((extension != ".cpp" && extension != ".hpp") || path.starts_with("tracer/op/")) continue;
    ++files;
    std::ifstream file(entry.path());
    int number = 0;
    for (std::string line; std::getline(file, line);) {
      ++number;
      for (const std::string& word : named_in(line)) {
        const auto list = allowed().find(path);
        if (list != allowed().end() && list->second.contains(word)) continue;
        FAIL_CHECK(path << ":" << number << " names " << word << ": " << line);
      }
    }
  }
  CHECK(files > 300);  // it has looked
}

TEST_CASE("an operation that is named outside of its room is found", "[op]") {
  CHECK(named_in("  if (node.operation == &op::operation<op::Relu>()) {") ==
        std::vector<std::string>{"op::Relu"});
  CHECK(named_in(R"(  if (operation.call == "sum") return;)") == std::vector<std::string>{"sum"});
  CHECK(named_in(R"(  for (const auto name : {"bce", "other"}) {)") ==
        std::vector<std::string>{"bce"});
  CHECK(named_in(R"(  column("sum");  // of "relu", or op::Relu)").empty());
}

TEST_CASE("mistakes of one kind are seen equally often, whichever room they stand in", "[op]") {
  std::map<std::string_view, int> seen;
  for (const Operation* operation : op::operations()) {
    for (const MistakenRule& rule : operation->mistakes) {
      const auto [known, is_new] = seen.emplace(rule.kind.id, rule.kind.seen);
      INFO(rule.kind.id << " of " << operation->name);
      CHECK(known->second == rule.kind.seen);
    }
  }
}

}  // namespace tracer
