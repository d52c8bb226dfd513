// What is said of mistakes: the whole text of each, since the words are what a learner gets.
#include "tests/catch.hpp"
#include "tests/language/parsed.hpp"

using namespace tracer;

namespace {

struct ParserMistake {
  std::string lesson;
  std::string said;  // line:column 'what is marked': message
  std::string remedy;
};

std::string said_of(const Parsed& parsed) {
  std::string result;
  for (const Diagnostic& d : parsed.diagnostics.sorted()) {
    const Place place = parsed.source.place(d.span.begin);
    result += std::to_string(place.line) + ":" + std::to_string(place.column) + " '" +
              std::string(parsed.source.text(d.span)) + "': " + d.message;
  }
  return result;
}

const std::vector<ParserMistake>& mistakes() {
  static const std::vector<ParserMistake> all{
      {"parm w = 1", "1:1 'parm': 'parm' does not begin a statement", "did you mean param?"},
      {"w 3", "1:1 'w': 'w' does not begin a statement",
       "a line is 'name = expression', or begins with param, input, let, data, test, train, grad, "
       "predict, seed or expect"},
      {"param w1 = 1, b = 2", "1:13 ',': 'param' takes one name",
       "give 'b' a line of its own: param b"},
      {"param w1, w2", "1:9 ',': 'param' takes one name", "give 'w2' a line of its own: param w2"},
      {"param w = 0,5", "1:12 ',': expected the end of the line, found ','",
       "a decimal number has a point: 0.5"},
      {"Z += b", "1:3 '+=': '+=' would change Z, and a name keeps its value",
       "write a new name: Z_new = Z + b"},
      {"Z *= a - b", "1:3 '*=': '*=' would change Z, and a name keeps its value",
       "write a new name: Z_new = Z * (a - b)"},
      {"x: float = 3", "1:2 ':': a value has no type annotation", "write x = ..."},
      {"W1: (m, n)", "1:1 'W1': 'W1' needs a word that says what it is",
       "write param W1: (m, n), or input W1: (m, n)"},
      {"a, b = 1, 2", "1:1 'a, b': one line can't name several values",
       "give each name a line of its own; samples are data x, y in (1, 3), (2, 4)"},
      {"def f(x): return x", "1:1 'def': functions can't be defined in a lesson",
       "write their lines as lines of the lesson, one 'name = expression' each"},
      {"return L", "1:1 'return': 'return' can't stand in a lesson",
       "give the result a name: L = ...; the last line is the loss"},
      {"for x in range(3):", "1:1 'for': a lesson has no loops",
       "a training loop is train L with sgd(lr=0.01), epochs=3; what a line computes again gets a "
       "name of its own: h1 = ..., h2 = ..."},
      {"for x in range(3):\n    w = w - dw\n    b = b - db", "1:1 'for': a lesson has no loops",
       "a training loop is train L with sgd(lr=0.01), epochs=3; what a line computes again gets a "
       "name of its own: h1 = ..., h2 = ..."},
      {"for x, y in zip(X, Y):", "1:1 'for': a lesson has no loops",
       "list the samples, data x, y in (1, 3), (2, 4), and train with epochs=..."},
      {"w -= 0.1*dw", "1:3 '-=': '-=' would change w, and a name keeps its value",
       "write a new name: w_new = w - 0.1*dw; the update of a training is train L with "
       "sgd(lr=0.01)"},
      {"L.backward()", "1:1 'L.backward()': gradients are worked out by themselves",
       "write grad L, or leave the line out"},
      {"optimizer.step()", "1:1 'optimizer.step()': the train line makes the updates",
       "write train L with sgd(lr=0.01), epochs=1, or leave the line out"},
      {"w.data -= 0.1*w.grad", "1:8 '-=': the train line makes the updates",
       "write train L with sgd(lr=0.01), or leave the line out"},
      {"w.requires_grad = True", "1:1 'w.requires_grad': a parameter is declared as one",
       "write param w = ... where it gets its value"},
      {"z = nn.Linear(2, 3)(x)", "1:8 'Linear(2, 3)': layers are no objects here, but lines",
       "write param W_z = kaiming(3, 2) and param b_z = zeros(3, 1), and z = W_z @ x + b_z where "
       "it "
       "is applied to x"},
      {"m, n = W.shape", "1:1 'm, n': one line can't name several values",
       "write m = W.shape[0] and, on a line of its own, n = W.shape[1]"},
      {"s = Σ w", "1:5 'Σ': 'Σ' needs brackets around what it sums", "write sum(w)"},
      {"q = w^T x", "1:6 '^T': a power of T is no transpose",
       "write w.T for the transpose, and @ for the matrix product"},
      {"train L with sgd(lr=0,1)",
       "1:21 '0,1': a decimal number has a point, and a comma separates", "write lr=0.1"},
      {"w₁₂ = 1", "1:2 '₁': a lowered '₁' can't be read", "write it as an ordinary character: w12"},
      {"a = １２", "1:5 '１': '１' is a sign of double width", "write 12"},
      {"W[0,1] = 3", "1:1 'W[0,1]': an entry can't be assigned",
       "give the whole matrix: W = [[1, 2], [3, 4]]"},
      {"self.W1 = 3", "1:1 'self.': 'self.' can't stand in a lesson", "write W1 alone"},
      {"f(x) = x**2", "1:1 'f(x)': functions can't be defined in a lesson",
       "write the expression with a name: y = x**2"},
      {"x + 1", "1:1 'x + 1': this value has no name", "write name = x + 1"},
      {"data = 5", "1:1 'data': 'data' begins a statement and can't be the name of a value",
       "choose another name, such as data1"},
      {"seed = 7", "1:1 'seed': 'seed' begins a statement", "write it without '=': seed 7"},
      {"z = w x", "1:7 'x': expected an operator between 'w' and 'x'", "for a product write *"},
      {"z = 2(x+1)", "1:6 '(': expected an operator between '2' and '('",
       "for a product write *, between two entries a comma"},
      {"z = 2x", "1:5 '2x': '2x' is neither a number nor a name", "for the product write 2*x"},
      {"z = W'", "1:6 ''': this string is never closed", "for the transpose write W.T"},
      {"z = W' * E'", "1:6 '' * E'': a string can't follow 'W'", "for the transpose write W.T"},
      {"z = x²", "1:6 '²': a raised '²' can't be read", "write x**2"},
      {"z = ½*x", "1:5 '½': '½' can't be read", "write 1/2"},
      {"z = a < b < c", "1:11 '<': a comparison has two sides, and this is a third",
       "for both write (a < b) * (b < ...)"},
      {"z = A[i < 2]", "1:9 '<': '<' can't stand here",
       "a comparison is a value of its own, 0 or 1: mask = z > 0; to check a result write expect "
       "name = value"},
      {"z = a if b else c", "1:7 'if': an expression can't have an 'if'",
       "where(c, a, b), max(a, b), min(a, b), relu(x) and abs(x) choose by value"},
      {"z = [x for x in y]", "1:8 'for': a list can't be made with 'for'",
       "write its entries out: [1, 2, 3]"},
      {"z = relu(a", "1:9 '(': this '(' is never closed", "write the ')' that belongs to it"},
      {"z = (a + b]", "1:11 ']': expected ')' to close the '(', found ']'",
       "write ')' before it or in its place"},
      {"z = a + b)", "1:10 ')': this ')' closes nothing",
       "leave it out, or write the '(' that belongs to it"},
      {"z = a +", "1:8 '': expected a value after '+', found the end of the line",
       "to go on in the next line put brackets around the expression, or end this line with \\"},
      {"z = [1, 2; 3, 4]", "1:10 ';': ';' can't separate the rows of a matrix",
       "write a list of its rows: [[1, 2], [3, 4]]"},
      {"z = [[1, 2] [3, 4]]", "1:13 '[': expected ',' after ']', found '['",
       "between two entries write a comma"},
      {"z = \"abc", "1:5 '\"abc': this string is never closed", "write the \" at its end"},
      {"z = np.random.randn(3, 4)",
       "1:5 'np.random.randn': 'np.random.randn' draws numbers that the lesson's seed knows "
       "nothing of",
       "write normal(rows, columns, mean=0, std=1)"},
      {"np.random.seed(1)",
       "1:1 'np.random.seed': 'np.random.seed' draws numbers that the lesson's seed knows nothing "
       "of",
       "write seed 7 on a line of its own"},
      {"z = 1.2.3", "1:5 '1.2.3': '1.2.3' is not a number", "a number has one decimal point"},
      {"z = 0x1F", "1:5 '0x1F': '0x1F' is not a number", "write it in decimal"},
      {"z = a // b", "1:7 '//': '//' is not an operator here",
       "for a division write /, for a comment #"},
      {"z = a = b", "1:7 '=': a second '=' in one line", "give each name a line of its own"},
      {"z = f(a=1, 2)", "1:12 '2': a value without a name can't follow 'a='",
       "put it before those with names, or give it one"},
      {"z = f(a=1, a=2)", "1:12 'a': 'a' is given twice", "leave one of them out"},
      {"train L", "1:8 '': expected 'with' after 'L', found the end of the line",
       "write train L with sgd(lr=0.01), epochs=1"},
      {"train L with lr=0.01", "1:14 'lr': expected an optimizer after 'with', found 'lr='",
       "write train L with sgd(lr=0.01), epochs=1"},
      {"train L with sgd(lr=0.01) batch_size=1",
       "1:27 'batch_size': expected ',' or the end of the line, found 'batch_size'",
       "write a comma before 'batch_size'"},
      {"train L with sgd(lr=0.01), 3", "1:28 '3': expected an option after ',', found '3'",
       "options are written name=value: batch_size=1, epochs=3, shuffle=false, validation=0.1"},
      {"train L using sgd", "1:9 'using': expected 'with' after 'L', found 'using'",
       "write train L with sgd(lr=0.01), epochs=1"},
      {"data x, y (1, 3)", "1:11 '(': expected 'in' or '=' after the names, found '('",
       "write data x, y in (1, 3), (2, 4), or data X, Y = mnist(\"train\")"},
      {"data x, x in (1,2)", "1:9 'x': 'x' stands twice", "give each a name of its own"},
      {"data x, y in (1, 3) (2, 4)", "1:21 '(': expected an operator between ')' and '('",
       "for a product write *, between two entries a comma"},
      {"data x, y in (1, 3),", "1:21 '': expected a value after ',', found the end of the line",
       "leave the ',' out, or end this line with \\ to go on in the next"},
      {"grad L w1", "1:8 'w1': expected ',', 'wrt', 'with' or the end of the line, found 'w1'",
       "write grad L wrt w1, x, or grad Y wrt X with dY"},
      {"grad L1,", "1:9 '': expected a name after ',', found the end of the line",
       "several losses: grad L1, L2"},
      {"grad L, L", "1:9 'L': 'L' stands twice", "name it once"},
      {"grad", "1:5 '': expected a name after 'grad', found the end of the line",
       "write grad L, or grad L wrt w1, x"},
      {"predict",
       "1:8 '': expected the name of the output after 'predict', found the end of the line",
       "write predict P"},
      {"seed -1", "1:6 '-': expected a whole number after 'seed', found '-'",
       "a seed is 0, 1, 2 ...: seed 7"},
      {"seed 1.5", "1:6 '1.5': expected a whole number after 'seed', found '1.5'",
       "a seed is 0, 1, 2 ...: seed 7"},
      {"expect smaple 2: w = 1", "1:8 'smaple': 'smaple' does not say when",
       "did you mean sample?"},
      {"expect w1 1.02", "1:11 '1.02': expected =, <= or >= after 'w1', found '1.02'",
       "compare one name, entry, metric or gradient; an expression needs a line and a name of its "
       "own"},
      {"expect sample 2 w1 = 1", "1:17 'w1': expected ':' after 'sample 2', found 'w1'",
       "write sample 2:, step 2:, epoch 2:, epoch 2 sample 1:, after any of these, or finally:"},
      {"expect sample 0: w1 = 1", "1:15 '0': expected the number of the sample, from 1, found '0'",
       "the first is sample 1"},
      {"expect w1 < 3", "1:11 '<': '<' can't be used here", "write <="},
      {"expect w1 = 1 whitin 0.1",
       "1:15 'whitin': expected 'within', 'on', ',' or the end of the line, found 'whitin'",
       "did you mean within?"},
      {"expect a/b = 3", "1:8 'a/b': 'a/b' is not a gradient",
       "write dL/dw; to check a quotient give it a line and a name of its own"},
      {"expect accuracy >= 0.9 on tets",
       "1:27 'tets': expected 'train', 'validation' or 'test' after 'on', found 'tets'",
       "write on train, on validation or on test"},
      {"expect sample 2 epoch 1: w = 1", "1:17 'epoch 1': 'epoch 1' can't stand here",
       "write sample 2:, step 2:, epoch 2:, epoch 2 sample 1:, after any of these, or finally:"},
      {"expect finally accuracy >= 0.9",
       "1:16 'accuracy': expected ':' after 'finally', found 'accuracy'",
       "write sample 2:, step 2:, epoch 2:, epoch 2 sample 1:, after any of these, or finally:"},
      {"expect w1 + w2 = 3", "1:11 '+': expected =, <= or >= after 'w1', found '+'",
       "compare one name, entry, metric or gradient; an expression needs a line and a name of its "
       "own"},
      {"expect at the end: w = 1", "1:11 'the': expected =, <= or >= after 'at', found 'the'",
       "compare one name, entry, metric or gradient; an expression needs a line and a name of its "
       "own"},
      {"expect after 2: w = 1",
       "1:14 '2': expected 'sample', 'step' or 'epoch' and a number after 'after', found '2'",
       "write sample 2:, step 2:, epoch 2:, epoch 2 sample 1:, after any of these, or finally:"},
      {"z = €", "1:5 '€': '€' (U+20AC) means nothing here", "leave it out"},
      {"z = | x |", "1:5 '|': '|' is not an operator here",
       "write abs(x) for |x|, norm(x) for ‖x‖"},
      {"input X: (n, m) = 3", "1:17 '=': 'X' has a shape and a value",
       "write input X = ...; the value has its shape"},
      {"input X (n, m)", "1:9 '(': expected ':' or '=' after 'X', found '('",
       "write input X: (m, n) for a shape"},
      {"input X: (0)", "1:11 '0': expected a size: a positive number or a name, found '0'",
       "write a shape as (m, n), (3, 4) or (n)"},
      {"let h 3", "1:7 '3': expected '=' after 'h', found '3'", "write let h = value"},
      {"param lambda = 1",
       "1:7 'lambda': 'lambda' is a word of Python and can't be the name of a value",
       "choose another name, such as lambda1"},
      {"param train = 2",
       "1:7 'train': 'train' begins a statement and can't be the name of a value",
       "choose another name, such as train1"},
      {"= 3", "1:1 '=': a line can't begin with '='",
       "a line is 'name = expression', or begins with param, input, let, data, test, train, grad, "
       "predict, seed or expect"},
      {") = 3", "1:1 ')': this ')' closes nothing",
       "leave it out, or write the '(' that belongs to it"},
      {"x = np.random.rand(2)",
       "1:5 'np.random.rand': 'np.random.rand' draws numbers that the lesson's seed knows nothing "
       "of",
       "write uniform(rows, columns, low=0, high=1)"},
      {"param w1,", "1:9 ',': expected the end of the line, found ','",
       "give each name a line of its own; several values are a list, [1, 2]"},
      {"z = (a\ny = b", "1:5 '(': this '(' is never closed", "write the ')' that belongs to it"},
      {"z = f(a\n   b)", "2:4 'b': expected an operator between 'a' and 'b'",
       "for a product write *, between two entries a comma"},
      {"z = (a,", "1:5 '(': this '(' is never closed", "write the ')' that belongs to it"},
      {"Z[0] += 1", "1:6 '+=': '+=' can't stand here", "write name = expression"},
      {"f.g = 2", "1:1 'f.g': only a name can stand left of '='", "write name = expression"},
      {"@property", "1:1 '@': a line can't begin with '@'",
       "a line is 'name = expression', or begins with param, input, let, data, test, train, grad, "
       "predict, seed or expect"},
      {"∂L/∂w = 3", "1:1 '∂': a gradient can't be given a value",
       "to check one write expect dL/dw = value"},
      {">>> z = 1", "1:1 '>>': '>>' is not an operator here", "leave the prompt '>>>' out"},
      {"z == 3", "1:3 '==': '==' compares", "to name a value write z = ..."},
      {"float x = 3", "1:1 'float': 'float' does not begin a statement",
       "a line is 'name = expression', or begins with param, input, let, data, test, train, grad, "
       "predict, seed or expect"},
      {"Param w = 1", "1:1 'Param': 'Param' does not begin a statement", "did you mean param?"},
      {"learn L with sgd", "1:1 'learn': 'learn' does not begin a statement",
       "a line is 'name = expression', or begins with param, input, let, data, test, train, grad, "
       "predict, seed or expect"},
      {"Let it be", "1:1 'Let': 'Let' does not begin a statement", "did you mean let?"},
      {"z = f(x", "1:6 '(': this '(' is never closed", "write the ')' that belongs to it"},
      {"z = A[]", "1:6 '[': an entry needs its place", "write A[i, j], counting from 0"},
      {"z = A[0, , 1]", "1:10 ',': expected the place of an entry, found ','",
       "write A[i, j], counting from 0"},
      {"z = A.", "1:7 '': expected a name after '.', found the end of the line",
       "write A.T, or X.sum(axis=0)"},
      {"z = np.", "1:8 '': expected a name after 'np.', found the end of the line",
       "write np.exp(x), or exp(x)"},
      {"z = np.array(1, 2)", "1:8 'array(1, 2)': array takes one list, got 2 values",
       "write array([1, 2]), or the list alone"},
      {"z = np.array([1], ndmin=2)", "1:19 'ndmin': array has no 'ndmin' here",
       "write the list alone"},
      {"z = 1_", "1:5 '1_': '1_' is not a number",
       "an underscore stands between two digits: 1_000"},
      {"z = 3j", "1:5 '3j': '3j' is not a number", "every number is real here"},
      {"z = 2.T", "1:5 '2.T': '2.T' is neither a number nor a name", "for the product write 2.*T"},
      {"2nd = 4", "1:1 '2nd': '2nd' is neither a number nor a name", "a name begins with a letter"},
      {"z = “abc”", "1:5 '“': '“' is a typographic quotation mark",
       "write strings with straight quotes: \"train\""},
      {"z = x₁", "1:6 '₁': a lowered '₁' can't be read", "write it as an ordinary character: x1"},
      {"z = √x", "1:5 '√': '√' can't be read", "write sqrt(x)"},
      {"s = ∑ w", "1:5 '∑': '∑' can't be read", "write sum(w)"},
      {"g = ∂L/∂w", "1:5 '∂': gradients are worked out by themselves",
       "leave this line out; grad L wrt w asks for the one of w"},
      {"g = jax.grad(f)(w)", "1:9 'grad(f)': gradients are worked out by themselves",
       "write grad L wrt w, with the names in place of w"},
      {"z = Wᵀ @ x", "1:6 'ᵀ': a raised 'ᵀ' can't be read",
       "write W.T for the transpose, and @ for the matrix product"},
      {"z = x′", "1:6 '′': a name can't have a prime", "write another name, such as z_new"},
      {"z = a && b", "1:7 '&&': '&&' is not an operator here",
       "for a mask that keeps both multiply the two"},
      {"z = a .* b", "1:7 '.*': '.*' is not an operator here",
       "entry by entry is *, the matrix product is @"},
      {"z = {1, 2}", "1:5 '{': '{' can't be used here",
       "write a list with [ ], an expression with ( )"},
      {"z = not a", "1:5 'not': 'not' is not an operator here",
       "for the opposite of a mask write 1 - mask"},
      {"z = f(lambda x: x)", "1:7 'lambda': functions can't be defined in a lesson",
       "write the expression itself"},
      {"z = \"\"\"abc\"\"\"", "1:5 '\"\"\"abc\"\"\"': a string in three quotes can't stand here",
       "write it in one quote at each end"},
      {"z = a \\ b", "1:7 '\\': '\\' may only stand at the end of a line that goes on in the next",
       "write functions by their names: sqrt(x), exp(x)"},
      {"z = x 3", "1:7 '3': expected an operator between 'x' and '3'", "for a product write *"},
      {"z = (1, 2) (3, 4)", "1:12 '(': expected an operator between ')' and '('",
       "for a product write *, between two entries a comma"},
      {"z = \"a\" \"b\"", "1:9 '\"b\"': expected an operator between '\"a\"' and '\"b\"'",
       "for a product write *"},
      {"data X: (2, 3)", "1:7 ':': samples need values",
       "for a matrix without numbers write input X: (n, m)"},
      {"data x", "1:7 '': expected 'in' or '=' after the names, found the end of the line",
       "write data x, y in (1, 3), (2, 4), or data X, Y = mnist(\"train\")"},
      {"data x in", "1:10 '': expected a value after 'in', found the end of the line",
       "write the value in the same line"},
      {"data x, y = samples=\"rows\"", "1:1 'data x, y = samples=\"rows\"': 'data' has no values",
       "write data x, y in (1, 3), (2, 4), or data X, Y = mnist(\"train\")"},
      {"data x = [1], samples=\"rows\", [2]", "1:31 '[': samples can't follow an option",
       "write 'samples=' at the end of the line"},
      {"test", "1:5 '': expected a name after 'test', found the end of the line",
       "write test x, y in (1, 3), (2, 4), or test X, Y = mnist(\"test\")"},
      {"input", "1:6 '': expected a name after 'input', found the end of the line",
       "write input w = 0.5"},
      {"input x 3", "1:9 '3': expected '=' or ':' after 'x', found '3'",
       "write input x = value, or input x: (m, n)"},
      {"param W: (m, n, k)", "1:10 '(m, n, k)': a shape has one or two sizes, got 3",
       "write (rows, columns), or (n) for a column"},
      {"param W: ()", "1:10 '()': a shape has one or two sizes, got 0",
       "write (rows, columns), or (n) for a column"},
      {"param w: float = 3", "1:10 'float': a value has no type annotation",
       "write '=' and a value, or ':' and a shape (m, n)"},
      {"let = 3", "1:1 'let': 'let' begins a statement and can't be the name of a value",
       "choose another name, such as let1"},
      {"train", "1:6 '': expected the name of the loss after 'train', found the end of the line",
       "write train L with sgd(lr=0.01)"},
      {"train L with", "1:13 '': expected an optimizer after 'with', found the end of the line",
       "write train L with sgd(lr=0.01), epochs=1"},
      {"train L with sgd(lr=0.01), epochs 3",
       "1:28 'epochs': expected an option after ',', found 'epochs'",
       "options are written name=value: batch_size=1, epochs=3, shuffle=false, validation=0.1"},
      {"train L with sgd(lr=0.01, lr=0.1)", "1:27 'lr': 'lr' is given twice",
       "leave one of them out"},
      {"train L with sgd, epochs=1, epochs=2", "1:29 'epochs': 'epochs' is given twice",
       "leave one of them out"},
      {"predict P Q", "1:11 'Q': expected the end of the line, found 'Q'",
       "one output is named: predict P"},
      {"seed", "1:5 '': expected a whole number after 'seed', found the end of the line",
       "a seed is 0, 1, 2 ...: seed 7"},
      {"seed 99999999999999999999",
       "1:6 '99999999999999999999': expected a whole number after 'seed', found "
       "'99999999999999999999'",
       "a seed is 0, 1, 2 ...: seed 7"},
      {"expect",
       "1:7 '': expected a name, a metric or a gradient such as dL/dw, found the end of the line",
       "write expect w = 1.02 within 0.005"},
      {"expect sample: w = 1", "1:8 'sample': 'sample' does not say when",
       "write sample 2:, step 2:, epoch 2:, epoch 2 sample 1:, after any of these, or finally:"},
      {"expect after w = 1",
       "1:14 'w': expected 'sample', 'step' or 'epoch' and a number after 'after', found 'w'",
       "write sample 2:, step 2:, epoch 2:, epoch 2 sample 1:, after any of these, or finally:"},
      {"expect step 1.5: w = 1", "1:13 '1.5': expected the number of the step, from 1, found '1.5'",
       "the first is step 1"},
      {"expect dL/w = 1", "1:8 'dL/w': 'dL/w' is not a gradient",
       "write dL/dw; to check a quotient give it a line and a name of its own"},
      {"expect ∂L = 1", "1:11 '=': expected '/' after '∂L', found '='", "write ∂L/∂w or dL/dw"},
      {"expect ∂L/w = 1", "1:11 'w': expected '∂' after '/', found 'w'", "write ∂L/∂w or dL/dw"},
      {"expect W[0, 1, 2] = 3", "1:9 '[0, 1, 2]': an entry has a row and a column",
       "write A[i, j], counting from 0"},
      {"expect W[-1] = 3", "1:10 '-': expected the place of an entry, from 0, found '-'",
       "write A[i, j], counting from 0"},
      {"expect w ≈ 3", "1:10 '≈': '≈' can't be used here",
       "write = and how near it must be: = 0.25 within 0.005"},
      {"expect w = 1 ± 0.1", "1:14 '±': '±' can't be used here",
       "write = and how near it must be: = 0.25 within 0.005"},
      {"expect w = 1 within", "1:20 '': expected a value after 'within', found the end of the line",
       "write the value in the same line"},
      {"expect w", "1:9 '': expected =, <= or >= after 'w', found the end of the line",
       "compare one name, entry, metric or gradient; an expression needs a line and a name of its "
       "own"},
      {"expect w = 1,",
       "1:14 '': expected a name, a metric or a gradient such as dL/dw, found the end of the line",
       "write expect w = 1.02 within 0.005"},
      {"expect w = 1.0 at 3",
       "1:16 'at': expected 'within', 'on', ',' or the end of the line, found 'at'",
       "write expect w = 1.02 within 0.005 on test"},
      {"# nothing", "1:1 '': the lesson is empty",
       "write a line such as L = (w*x - y)**2; 'tracer lessons' lists some to start from"},
      {"* z = 3", "1:1 '*': a line can't begin with '*'",
       "a line is 'name = expression', or begins with param, input, let, data, test, train, grad, "
       "predict, seed or expect"},
      {"if x > 0:", "1:1 'if': a lesson has no branches",
       "where(c, a, b), max(a, b), min(a, b), relu(x) and abs(x) choose by value"},
      {"else:", "1:1 'else': a lesson has no branches",
       "where(c, a, b), max(a, b), min(a, b), relu(x) and abs(x) choose by value"},
      {"while True:", "1:1 'while': a lesson has no loops", "train with epochs=..."},
      {"class Net:", "1:1 'class': classes can't be defined in a lesson",
       "write the lines of forward() as lines of the lesson"},
      {"assert z == 1", "1:1 'assert': 'assert' can't stand in a lesson",
       "write expect name = value"},
      {"with torch.no_grad():", "1:1 'with': 'with' can't begin a line", "leave the line out"},
      {"%matplotlib inline", "1:1 '%': '%' is not an operator here",
       "write 50% as 0.5, and a comment with #"},
      {"!pip install numpy", "1:1 '!': '!' is not an operator here", "leave notebook commands out"},
      {"let pass = 2", "1:5 'pass': 'pass' is a word of Python and can't be the name of a value",
       "choose another name, such as pass1"},
      {"z = 50%", "1:7 '%': '%' is not an operator here", "write 50% as 0.5, and a comment with #"},
  };
  return all;
}

}  // namespace

TEST_CASE("every mistake is told once, with its place and what to do", "[language][parser]") {
  for (const ParserMistake& mistake : mistakes()) {
    DYNAMIC_SECTION(mistake.lesson) {
      const Parsed parsed(mistake.lesson);
      REQUIRE(parsed.diagnostics.sorted().size() == 1);
      CHECK(said_of(parsed) == mistake.said);
      CHECK(parsed.diagnostics.sorted()[0].remedy == mistake.remedy);
      CHECK(parsed.lesson.statements.size() <=
            1);  // nothing of the statement, perhaps the next one
    }
  }
}

TEST_CASE("every message is one sentence without a full stop, and has a remedy",
          "[language][parser]") {
  for (const ParserMistake& mistake : mistakes()) {
    const Parsed parsed(mistake.lesson);
    for (const Diagnostic& d : parsed.diagnostics.sorted()) {
      INFO(d.message);
      CHECK_FALSE(d.message.empty());
      CHECK_FALSE(d.message.ends_with('.'));
      CHECK_FALSE((d.message.front() >= 'A' && d.message.front() <= 'Z'));
      CHECK_FALSE(d.remedy.empty());
    }
  }
}

TEST_CASE("after a mistake the next statement is read as if nothing had been",
          "[language][parser]") {
  const Parsed parsed(
      "param w 1\n"
      "z = (w + 1\n"
      "y = [1,\n"
      "  2, 3 4]\n"
      "parm b = 1\n"
      "good = w\n"
      "z = 2x; lost = 1\n"
      "expect sample 0: good = 1\n"
      "L = good**2\n");
  CHECK(parsed.errors() ==
        "test.lesson:1:9: error: expected '=' or ':' after 'w', found '1'\n"
        "  1 | param w 1\n"
        "    |         ^\n"
        "  write param w = value, or param w: (m, n)\n"
        "test.lesson:2:5: error: this '(' is never closed\n"
        "  2 | z = (w + 1\n"
        "    |     ^\n"
        "  write the ')' that belongs to it\n"
        "test.lesson:4:8: error: expected an operator between '3' and '4'\n"
        "  4 |   2, 3 4]\n"
        "    |        ^\n"
        "  for a product write *, between two entries a comma\n"
        "test.lesson:5:1: error: 'parm' does not begin a statement\n"
        "  5 | parm b = 1\n"
        "    | ^~~~\n"
        "  did you mean param?\n"
        "test.lesson:7:5: error: '2x' is neither a number nor a name\n"
        "  7 | z = 2x; lost = 1\n"
        "    |     ^~\n"
        "  for the product write 2*x\n"
        "test.lesson:8:15: error: expected the number of the sample, from 1, found '0'\n"
        "  8 | expect sample 0: good = 1\n"
        "    |               ^\n"
        "  the first is sample 1\n");
  CHECK(parsed.lesson.statements.size() == 2);
}

TEST_CASE("after 20 errors the parser stops", "[language][parser]") {
  std::string text;
  for (int i = 0; i < 30; ++i) text += "z = 2x\n";
  CHECK(Parsed(text).diagnostics.sorted().size() == 20);
}

TEST_CASE("a number that parse_rational refuses is told with its place", "[language][parser]") {
  const Parsed parsed("z = 1 + 1e99999999\n");
  REQUIRE(parsed.diagnostics.sorted().size() == 1);
  CHECK(parsed.source.text(parsed.diagnostics.sorted()[0].span) == "1e99999999");
}
