// Expressions: precedence, pasted NumPy, what else is read. See ast.hpp for how trees are printed.
#include "tests/catch.hpp"
#include "tests/language/parsed.hpp"

using namespace tracer;

TEST_CASE("precedence and associativity are Python's", "[language][parser]") {
  CHECK(tree("w1*x + b1") == "(+ (* w1 x) b1)");
  CHECK(tree("a - b - c") == "(- (- a b) c)");
  CHECK(tree("a / b * c @ d") == "(@ (* (/ a b) c) d)");
  CHECK(tree("a + b*c**d") == "(+ a (* b (** c d)))");
  CHECK(tree("-x**2") == "(- (** x 2))");
  CHECK(tree("2**3**2") == "(** 2 (** 3 2))");
  CHECK(tree("2**-1") == "(** 2 (- 1))");
  CHECK(tree("2**-x**3") == "(** 2 (- (** x 3)))");
  CHECK(tree("--x") == "(- (- x))");
  CHECK(tree("-+-x**2*y") == "(* (- (+ (- (** x 2)))) y)");
  CHECK(tree("a*-b") == "(* a (- b))");
  CHECK(tree("-a.T @ b") == "(@ (- (.T a)) b)");
  CHECK(tree("x^2") == "(** x 2)");
  CHECK(tree("1/2*(z2 - y)**2") == "(* (/ 1 2) (** (- z2 y) 2))");
  CHECK(tree("(a + b)*c") == "(* (+ a b) c)");
  CHECK(tree("a[0]**2") == "(** (index a 0) 2)");
}

TEST_CASE("numbers are exact", "[language][parser]") {
  CHECK(tree("0.01") == "1/100");
  CHECK(tree(".5") == "1/2");
  CHECK(tree("2.") == "2");
  CHECK(tree("1e-3") == "1/1000");
  CHECK(tree("1_000") == "1000");
  CHECK(tree("2.5E+2*x") == "(* 250 x)");
  CHECK(tree("1.*x") == "(* 1 x)");
  CHECK(tree("1e3") == "1000");
}

TEST_CASE("lists, tuples, literals and strings", "[language][parser]") {
  CHECK(tree("[[1, 2], [3, -4]]") == "[[1 2] [3 (- 4)]]");
  CHECK(tree("[1, 2,]") == "[1 2]");
  CHECK(tree("[]") == "[]");
  CHECK(tree("(1, 3)") == "(tuple 1 3)");
  CHECK(tree("(1,)") == "(tuple 1)");
  CHECK(tree("()") == "(tuple)");
  CHECK(tree("(1)") == "1");
  CHECK(tree("f(True, False, None, true, false)") == "(call f True False None True False)");
  CHECK(tree("csv(\"a b.csv\")") == "(call csv \"a b.csv\")");
  CHECK(tree("csv('C:\\data\\x.csv')") == "(call csv \"C:\\data\\x.csv\")");
  CHECK(tree("f('it\\'s')") == "(call f \"it's\")");
  CHECK(tree("f('# no comment')") == "(call f \"# no comment\")");
}

TEST_CASE("calls, methods, attributes, entries and slices", "[language][parser]") {
  CHECK(tree("relu(z)") == "(call relu z)");
  CHECK(tree("sum(E, axis=0, keepdims=True)") == "(call sum E axis=0 keepdims=True)");
  CHECK(tree("f()") == "(call f)");
  CHECK(tree("W.dot(X)") == "(method dot W X)");
  CHECK(tree("X.sum(axis=0)") == "(method sum X axis=0)");
  CHECK(tree("x.reshape(2, 3).T") == "(.T (method reshape x 2 3))");
  CHECK(tree("X.shape[1]") == "(index (.shape X) 1)");
  CHECK(tree("A[i, j]") == "(index A i j)");
  CHECK(tree("A[1:3, :]") == "(index A (slice 1 3 _) (slice _ _ _))");
  CHECK(tree("A[::2]") == "(index A (slice _ _ 2))");
  CHECK(tree("A[:, 0]") == "(index A (slice _ _ _) 0)");
  CHECK(tree("A[-1]") == "(index A (- 1))");
  CHECK(tree("(A @ B).T") == "(.T (@ A B))");
}

TEST_CASE("pasted NumPy loses its prefixes and its arrays", "[language][parser]") {
  CHECK(tree("np.exp(x)") == "(call exp x)");
  CHECK(tree("numpy.exp(x)") == "(call exp x)");
  CHECK(tree("math.sqrt(2)") == "(call sqrt 2)");
  CHECK(tree("torch.nn.functional.relu(x)") == "(call relu x)");
  CHECK(tree("F.softmax(z, dim=0)") == "(call softmax z dim=0)");
  CHECK(tree("nn.functional.relu(x)") == "(call relu x)");
  CHECK(tree("np.linalg.norm(w)") == "(call norm w)");
  CHECK(tree("np.pi") == "pi");
  CHECK(tree("1/(1 + np.exp(-z))") == "(/ 1 (+ 1 (call exp (- z))))");
  CHECK(tree("np.maximum(0, Z)") == "(call maximum 0 Z)");
  CHECK(tree("np.array([[1, 2], [3, 4]])") == "[[1 2] [3 4]]");
  CHECK(tree("np.array([1, 2], dtype=np.float32)") == "[1 2]");
  CHECK(tree("np.asarray([1])") == "[1]");
  CHECK(tree("torch.tensor([[0.5]], requires_grad=True) @ x") == "(@ [[1/2]] x)");
  CHECK(tree("-np.sum(Y*np.log(P))/X.shape[1]") ==
        "(/ (- (call sum (* Y (call log P)))) (index (.shape X) 1))");
}

TEST_CASE("np.array leaves nothing of its keywords behind", "[language][parser]") {
  const Parsed parsed("A = np.array([1], dtype=np.float32)");
  CHECK(parsed.lesson.expressions.size() == 2);
}

TEST_CASE("a value of the lesson's own may be called F", "[language][parser]") {
  const Parsed parsed("F = X @ W\nG = F.T\n");
  REQUIRE(parsed.errors().empty());
  const auto& g = std::get<ast::Assign>(parsed.lesson.statements.at(1));
  CHECK(ast::s_expression(parsed.lesson, g.value) == "(.T F)");
}

TEST_CASE("typeset signs and Greek letters are read", "[language][parser]") {
  CHECK(tree("σ·x − b") == "(- (* σ x) b)");
  CHECK(tree("A × B ⊙ C ÷ D") == "(/ (* (* A B) C) D)");
  CHECK(tree("ŷ + x̂ + größe") == "(+ (+ ŷ x̂) größe)");
  // The micro sign and the letter mu look alike: they are one name.
  CHECK(tree("\u00B5") == "\u03BC");
  CHECK(tree("ϵ") == "ε");
  CHECK(tree("a\u00A0+\u3000b") == "(+ a b)");
}

TEST_CASE("parts stand before the whole, and nothing stands alone", "[language][parser]") {
  const Parsed parsed("z = relu(W @ [1, 2] + b)[0, 1:2]\nbad = (1 +\nL = -z**2\n");
  const auto check_before = [](ast::ExprId part, ast::ExprId whole) { CHECK(part < whole); };
  std::size_t parts = 0;
  for (ast::ExprId id = 0; id < parsed.lesson.expressions.size(); ++id) {
    const auto& is = parsed.lesson.expr(id).is;
    std::vector<ast::ExprId> of;
    if (const auto* e = std::get_if<ast::Unary>(&is)) of = {e->operand};
    if (const auto* e = std::get_if<ast::Binary>(&is)) of = {e->left, e->right};
    if (const auto* e = std::get_if<ast::Call>(&is)) of = e->arguments;
    if (const auto* e = std::get_if<ast::List>(&is)) of = e->items;
    if (const auto* e = std::get_if<ast::Slice>(&is)) of = {*e->begin, *e->end};
    if (const auto* e = std::get_if<ast::Index>(&is)) {
      of = e->items;
      of.push_back(e->object);
    }
    for (const ast::ExprId part : of) check_before(part, id);
    parts += of.size();
  }
  CHECK(parts + 2 == parsed.lesson.expressions.size());  // all but the two roots
}

TEST_CASE("spans are the text of their expression", "[language][parser]") {
  const Parsed parsed("z = (a + b)*W.dot( c )\n");
  const auto& assign = std::get<ast::Assign>(parsed.lesson.statements.at(0));
  const auto& root = std::get<ast::Binary>(parsed.lesson.expr(assign.value).is);
  CHECK(parsed.source.text(assign.span) == "z = (a + b)*W.dot( c )");
  CHECK(parsed.source.text(parsed.lesson.expr(assign.value).span) == "(a + b)*W.dot( c )");
  CHECK(parsed.source.text(parsed.lesson.expr(root.left).span) == "(a + b)");
  CHECK(parsed.source.text(parsed.lesson.expr(root.right).span) == "W.dot( c )");
  CHECK(parsed.source.text(root.op_span) == "*");
}

TEST_CASE("a newline ends a statement, but not in brackets or after a backslash",
          "[language][parser]") {
  const Parsed parsed(
      "    z = relu(a,   # a comment\n\n        b)\n\ty = a + \\\n  b; x = 1\r\nw = [1,\r\n2]\r\n");
  REQUIRE(parsed.errors().empty());
  REQUIRE(parsed.lesson.statements.size() == 4);
  const auto value = [&](std::size_t i) {
    return ast::s_expression(parsed.lesson,
                             std::get<ast::Assign>(parsed.lesson.statements[i]).value);
  };
  CHECK(value(0) == "(call relu a b)");
  CHECK(value(1) == "(+ a b)");
  CHECK(value(2) == "1");
  CHECK(value(3) == "[1 2]");
}
