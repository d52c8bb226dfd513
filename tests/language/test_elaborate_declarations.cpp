// params, inputs, constants and samples: their values and shapes, and what is said where they have
// none.
#include "tests/catch.hpp"
#include "tests/language/elaborated.hpp"

using namespace tracer;

namespace {

std::string value_of(const Program& program, const std::string& name) {
  return text_of(exact_value(program.values.at(name)));
}
std::string samples_of(std::string_view data) {
  const Program program = lesson(std::string(data) + "\nparam w = 1\nL = sum(x)*w\ngrad L");
  std::string text;
  for (const LeafValue& value : program.data.value().values)
    text += (text.empty() ? "" : " ") + text_of(exact_value(value));
  return text;
}

struct Case {
  std::string_view lesson;
  std::string_view says;
};

void check(const std::vector<Case>& cases) {
  for (const Case& c : cases) {
    CAPTURE(c.lesson);
    CHECK(mistake(c.lesson) == c.says);
  }
}

}  // namespace

TEST_CASE("written numbers stay exact", "[elaborate]") {
  const Program program = lesson(
      "let h = 2*3\nparam a = 1/3\nparam b = [0.1, -h]\ninput C = [[1, 1e-3], [h/4, 2**-1]]\nparam "
      "D = np.array([[1., 2.]])\n"
      "L = sum(a*C @ b) + sum(D)");
  CHECK(value_of(program, "a") == "1/3");
  CHECK(value_of(program, "b") == "[[1/10], [-6]]");
  CHECK(value_of(program, "C") == "[[1, 1/1000], [3/2, 1/2]]");
  CHECK(value_of(program, "D") == "[[1, 2]]");
  CHECK(program.parameters == std::vector<std::string>{"a", "b", "D"});
  CHECK(program.wrt == program.parameters);
}

TEST_CASE("initialisers have the shape that they say", "[elaborate]") {
  const Program program = lesson(
      "let h = 3\nparam A = zeros(h, 1)\nparam B = np.ones((2, h))\nparam C = full(2, 2, "
      "1/3)\nparam D = zeros(h)\n"
      "param E = kaiming(h, 4)\nparam F = uniform(2, 3, low=-1, high=-0.5)\nparam G = normal(2, 2, "
      "std=0)\n"
      "L = sum(A)+sum(B)+sum(C)+sum(D)+sum(E)+sum(F)+sum(G)");
  CHECK(value_of(program, "A") == "[[0], [0], [0]]");
  CHECK(value_of(program, "B") == "[[1, 1, 1], [1, 1, 1]]");
  CHECK(value_of(program, "C") == "[[1/3, 1/3], [1/3, 1/3]]");
  CHECK(value_of(program, "D") == "[[0], [0], [0]]");
  CHECK(value_of(program, "G") == "[[0, 0], [0, 0]]");
  CHECK(to_string(program.shapes.at("E")) == "3×4");
  const Array<float>& f = std::get<Array<float>>(program.values.at("F"));
  CHECK(f.minCoeff() >= -1);
  CHECK(f.maxCoeff() < -0.5F);
}

TEST_CASE("an initialiser's numbers depend on the seed and on its name alone", "[elaborate]") {
  const auto drawn = [](std::string_view text, const char* name) {
    return std::get<Array<float>>(lesson(text).values.at(name)).eval();
  };
  const Array<float> a = drawn("param W = normal(3, 3)\nL = sum(W)", "W");
  CHECK((a == drawn("param V = normal(3, 3)\nparam W = normal(3, 3)\nL = sum(W) + sum(V)", "W"))
            .all());
  CHECK(!(a == drawn("param V = normal(3, 3)\nL = sum(V)", "V")).any());
  CHECK(!(a == drawn("seed 1\nparam W = normal(3, 3)\nL = sum(W)", "W")).any());
}

TEST_CASE("leaves without numbers are symbols, and --set gives them numbers", "[elaborate]") {
  const std::string text = "param W: (m, n)\ninput x: (n)\ninput s\nL = s*sum(W @ x)";
  const Program symbols = lesson(text);
  CHECK(symbols.symbolic);
  CHECK(to_string(symbols.shapes.at("W")) == "m×n");
  CHECK(to_string(symbols.shapes.at("x")) == "n×1");
  CHECK(symbols.shapes.at("s").is_scalar());
  CHECK(mistake("param W: (m, n)\ninput x: (m)\nL = sum(W @ x)") ==
        "W (m×n) and x (m×1) can't be multiplied as matrices: n columns against m rows\nW.T @ x "
        "would fit");

  ElaborateOptions options;
  options.set = {parse_setting("W=[[1, 2, 3], [4, 5, 6]]"), parse_setting("x = [1, 1/2, 0]"),
                 parse_setting("s=2")};
  const Program numbers = lesson(text, options);
  CHECK(!numbers.symbolic);
  CHECK(text_of(forward(numbers).at("L")) == "17");

  options.set = {parse_setting("W=[[1, 2, 3], [4, 5, 6]]"), parse_setting("x=[1, 2]")};
  CHECK(mistake(text, options) ==
        "n is 2 by the value of x, but 3 elsewhere\ngive values whose sizes fit together");
  options.set = {parse_setting("W=[[1, 2, 3], [4, 5, 6]]")};
  CHECK(to_string(lesson(text, options).shapes.at("x")) == "3×1");
}

TEST_CASE("--set replaces values and adds leaves, but sets no line", "[elaborate]") {
  ElaborateOptions options;
  options.set = {parse_setting("w=5"), parse_setting("c=1/2")};
  const Program program = lesson("let c = 3\nparam w = 1\nL = c*w**2", options);
  CHECK(text_of(forward(program).at("L")) == "25/2");
  options.set = {parse_setting("n=2")};
  CHECK(text_of(forward(lesson("n = 3\nparam w = 3\nL = w**n", options)).at("L")) == "9");
  options.set = {parse_setting("L=5")};
  CHECK(mistake("param w = 1\nL = w**2", options) ==
        "L can't be set: it is computed here\n--set gives values to params, inputs and constants");
  CHECK_THROWS_WITH(parse_setting("w"), "--set w: expected NAME=VALUE, e.g. --set w=2");
  CHECK_THROWS_WITH(
      parse_setting("w=[1, [2]]"),
      "--set:1:11: error: this list holds numbers and lists\n"
      "  1 | let w=[1, [2]]\n    |           ^~~\n"
      "  a matrix is a list of rows, [[1, 2], [3, 4]]; a vector a list of numbers, [1, 2]");
}

TEST_CASE("an expression of the command line is differentiated for what is set", "[elaborate]") {
  ElaborateOptions options;
  options.differentiate_set = true;
  options.set = {parse_setting("x=3"), parse_setting("y=1/2")};
  const Program program = lesson("s = x + y; f = s**2", options);
  CHECK(program.wrt == std::vector<std::string>{"x", "y"});
  CHECK(program.loss == "f");
  CHECK(text_of(forward(program).at("f")) == "49/4");
  options.set.erase("y");
  CHECK(mistake("f = (x + y)**2", options) ==
        "y has no value\ngive it one with --set y=..., or declare it: param y = 1");
}

TEST_CASE("samples are read as Python's for takes them apart", "[elaborate]") {
  CHECK(samples_of("data x, y in (1, 3), (2, 4)") == "[[1, 2]] [[3, 4]]");
  CHECK(samples_of("data x, y = (1, 3), (2, 4)") == "[[1, 2]] [[3, 4]]");
  CHECK(samples_of("data x, y in [(1, 3), (2, 4)]") == "[[1, 2]] [[3, 4]]");
  CHECK(samples_of("data x, y in (1, 3)") == "1 3");
  CHECK(samples_of("data x, y in ([1, 2], 0), ([3, 4], 1), ([5, 6], 1/2)") ==
        "[[1, 3, 5], [2, 4, 6]] [[0, 1, 1/2]]");
  CHECK(samples_of("data x in 1, 2, 3") == "[[1, 2, 3]]");
  CHECK(samples_of("data x in [1, 2]") == "[[1, 2]]");
  CHECK(samples_of("data x in [[1, 2], [3, 4]]") == "[[1, 3], [2, 4]]");
  CHECK(samples_of("data x = [1, 2]") == "[[1, 2]]");
  CHECK(samples_of("data x = [[1, 2], [3, 4]]") == "[[1, 2], [3, 4]]");
  CHECK(samples_of("data x, y = [[1, 2], [3, 4]], [0, 1]") == "[[1, 2], [3, 4]] [[0, 1]]");
  CHECK(samples_of("let k = 3\ndata x in -k, k/2") == "[[-3, 3/2]]");
}

TEST_CASE("samples=\"rows\" puts every sample in a row", "[elaborate]") {
  CHECK(samples_of("data x, y in ([1, 2], 0), ([3, 4], 1), samples=\"rows\"") ==
        "[[1, 2], [3, 4]] [[0], [1]]");
  CHECK(samples_of("data x = [1, 2], samples=\"rows\"") == "[[1], [2]]");
  const Program program =
      lesson("data x, y = circles(10), samples=\"rows\"\nparam b = [1, 2]\nL = mean(x + b)");
  CHECK(shape_in(*program.graph(3), "x") == "3×2");
  CHECK(to_string(program.shapes.at("b")) == "1×2");
}

TEST_CASE("a batch has the columns of its samples", "[elaborate]") {
  const Program program =
      lesson("data x = [[1, 2, 3], [4, 5, 6]]\nparam w = 1\nL = w*sum(x)\ngrad L");
  CHECK(text_of(exact_value(program.data->batch(0, std::vector<int>{2, 0}))) == "[[3, 1], [6, 4]]");
  const BatchGraph built = *program.graph(2);
  CHECK(built.graph[built.leaves.at("x")].shape.columns.name == "m");
  CHECK(program.graph(1)->graph[built.leaves.at("x")].shape.columns.name.empty());
}

TEST_CASE("values that can't be read are answered with how to write them", "[elaborate]") {
  check({
      {"param c = kaming(3, 2)", "there is no initialiser called kaming\ndid you mean kaiming?"},
      {"param c = exp(1)",
       "the value of c must be known beforehand, and exp(1) is computed\n"
       "write numbers or an initialiser, or make it a line: c = exp(1)"},
      {"param c = 0.01*normal(3, 2)",
       "an initialiser is the whole value of a leaf, not a part of it\n"
       "say its range in the call: normal(3, 2, std=0.01), uniform(3, 2, low=-1, high=1), full(3, "
       "2, 0.5)"},
      {"param c = zeros(100000, 100000)",
       "100000×100000 is more than 100 million entries\ncheck the two sizes"},
      {"param c = zeros(0, 3)", "the number of rows must be at least 1, not 0"},
      {"param c = zeros()",
       "the shape is missing\nsay how many rows and columns, e.g. zeros(3, 1)"},
      {"param c = uniform(3, 2, hihg=1)", "uniform has no option hihg\ndid you mean high?"},
      {"param c = uniform(3, 2, 2, 1)",
       "uniform: low is 2 and high is 1\nlow must not be above high"},
      {"param c = normal(3, 2, std=-1)",
       "normal: the standard deviation is -1\nit must not be negative"},
      {"param c = [[1, 2], [3]]",
       "row 1 of this matrix has 1 entry, and the rows above have 2\nevery row needs as many "
       "entries (rows count from 0)"},
      {"param c = [1, [2]]",
       "this list holds numbers and lists\n"
       "a matrix is a list of rows, [[1, 2], [3, 4]]; a vector a list of numbers, [1, 2]"},
      {"param c = [[[1]]]",
       "lists are nested three deep here, and a matrix has two sides\nwrite a list of rows: [[1, "
       "2], [3, 4]]"},
      {"param c = []", "an empty list has no value here"},
      {"input c = mnist(\"train\")",
       "mnist gives samples, and c is a single value\nwrite data c, Y = mnist(\"train\")"},
      {"seed 99999999999\nL = 1", "a seed is at most 4294967295"},
  });
}

TEST_CASE("samples that do not go together are reported", "[elaborate]") {
  check({
      {"data x, y in (1, 2), (3, 4, 5)",
       "sample 2 has 3 parts, but there are 2 names: x, y\nwrite every sample as (x, y)"},
      {"data x, y in ([1, 2], 1), ([1], 2)",
       "x has 1 entry in sample 2, and 2 in sample 1\nevery sample needs as many entries"},
      {"data x, y = [1, 2], [3]",
       "y has 1 sample, but x has 2\nsamples are columns; for rows add samples=\"rows\""},
      {"data x in [[1, 2]], [[3, 4]]",
       "a sample is a number or a flat list, not a matrix\n"
       "for one matrix with all samples write data x = [[...], [...]]"},
      {"data x, y = cirles(3)", "there is no data set called cirles\ndid you mean circles?"},
      {"data x, y, z = circles(3)",
       "circles gives samples and their targets, but there are 3 names\nwrite data X, Y = "
       "circles(...)"},
      {"data x, y = circles(3, factor=2)", "factor is 2\nit must be at least 0 and less than 1"},
      {"data x, y = circles(3, nois=2)", "there is no option nois here\ndid you mean noise?"},
      {"data x, y = circles(3), samples=\"row\"",
       "samples are rows or columns\nwrite samples=\"rows\" or samples=\"columns\""},
      {"data x in 1, 2\ntest y in 1, 2",
       "data names x, but test names y\ntest data have the same names"},
      {"data x in 1, 2\ntest x in [[1, 2], [3, 4]]",
       "x has 2 entries a sample in test, and 1 in data"},
      {"test x in 1, 2", "test stands without data above it\nadd data X, Y = ... above"},
      {"data x in 1, 2\ndata y in 1, 2",
       "there is a data line already, in line 1\na lesson has one"},
  });
}
