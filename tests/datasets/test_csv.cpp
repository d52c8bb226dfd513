#include "datasets/csv.hpp"

#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fmt/format.h>

#include <fstream>
#include <functional>
#include <thread>

#include "datasets/csv_fields.hpp"
#include "tests/catch.hpp"
#include "tests/datasets/files.hpp"
#include "tracer/error.hpp"
#include "tracer/number/random.hpp"

using namespace tracer;

namespace {

Dataset csv(const std::string& text, const FileOptions& options = {}) {
  return parse_csv(text, "f.csv", options);
}

FileOptions label(std::variant<std::monostate, int, std::string, FileOptions::NoLabel> column) {
  FileOptions options;
  options.label = std::move(column);
  return options;
}

using Labels = std::vector<int>;
using NamesRead = std::vector<std::string>;

std::vector<float> numbers(const Array<float>& x) { return {x.data(), x.data() + x.size()}; }
using Floats = std::vector<float>;

// 0, 1, 2 twice each: enough for classes to be found
const std::string six = "10,0\n11,1\n12,2\n13,0\n14,1\n15,2\n";

}  // namespace

TEST_CASE("samples are lines, and the last column is the label", "[csv]") {
  const Dataset data = csv(six);
  CHECK(data.features.rows() == 1);
  CHECK(numbers(data.features) == Floats{10, 11, 12, 13, 14, 15});
  CHECK(labels_of(data) == Labels{0, 1, 2, 0, 1, 2});
  CHECK(data.targets.rows() == 3);
  CHECK(data.classes == NamesRead{"0", "1", "2"});
  CHECK(data.name == "f.csv");
}

TEST_CASE("the label is said by number, from either end, by name, or not there", "[csv]") {
  const std::string text = "a,b,c\n1,0,5\n2,1,6\n3,1,7\n4,0,8\n";
  for (const FileOptions& options : {label(1), label(-2), label("b")}) {
    const Dataset data = csv(text, options);
    CHECK(numbers(data.features) == Floats{1, 5, 2, 6, 3, 7, 4, 8});
    CHECK(labels_of(data) == Labels{0, 1, 1, 0});
    CHECK(data.targets.rows() == 1);  // two classes: 0 and 1
  }
  const Dataset none = csv(text, label(FileOptions::NoLabel{}));
  CHECK(none.features.rows() == 3);
  CHECK(none.targets.size() == 0);
  CHECK_THROWS_WITH(csv(text, label("d")), "f.csv: there is no column called d; there are a, b, c");
  CHECK_THROWS_WITH(csv(text, label(3)),
                    "f.csv: label=3, but there are 3 columns: 0 to 2, or from the end -1 to -3");
  CHECK_THROWS_AS(csv(text, label(-4)), Error);
  CHECK_THROWS_WITH(csv(six, label("d")),
                    "f.csv: label=\"d\", but the file has no header; say the number of the column "
                    "(the first is 0, the last -1)");
}

TEST_CASE("without a word for it the last column is the label, whatever the others are called",
          "[csv]") {
  // y stands in the middle: no label without being told so
  const Dataset data = csv("x,y,z\n1,0,7.5\n2,1,8.5\n");
  CHECK(numbers(data.features) == Floats{1, 0, 2, 1});
  CHECK(numbers(data.targets) == Floats{7.5F, 8.5F});
  REQUIRE(data.columns);
  CHECK(data.columns->features == NamesRead{"x", "y"});
  CHECK(data.columns->label == "z");
  CHECK(data.columns->label_at == 2);
  CHECK(csv("class,x,target,z\n0,5,1,6\n0,5,0,6\n").columns->label == "target");  // the last of two
  CHECK(csv("1,2,0\n3,4,1\n").columns->label_at == 2);
  CHECK(csv("1,2,0\n3,4,1\n").columns->features.empty());
}

TEST_CASE("other files are read by the names of the training data's columns", "[csv]") {
  const Dataset training = csv("b,kind,a\n10,u,1\n20,v,2\n", label("kind"));
  FileOptions as_trained;
  as_trained.columns = training.columns;
  as_trained.class_names = training.classes;
  as_trained.features = 2;
  CHECK(numbers(training.features) == Floats{10, 1, 20, 2});
  const Dataset same = csv("b,kind,a\n30,v,3\n", as_trained);
  CHECK(same.remarks.empty());
  CHECK(labels_of(same) == Labels{1});
  const Dataset turned = csv("a,id,b,kind\n3,99,30,v\n4,98,40,u\n", as_trained);
  CHECK(numbers(turned.features) == Floats{30, 3, 40, 4});
  CHECK(labels_of(turned) == Labels{1, 0});
  CHECK(turned.remarks ==
        NamesRead{"f.csv: its columns stand in another order than those of the training data; they "
                  "are matched by name",
                  "f.csv: id is not read: the training data have no such column"});
  CHECK(csv("b,a,kind\n30,3,v\n", as_trained).remarks.size() == 1);  // the label has moved
  CHECK(csv("a,b\n3,30\n", as_trained).targets.size() == 0);
  CHECK(numbers(csv("a,b\n3,30\n", as_trained).features) == Floats{30, 3});
  CHECK_THROWS_WITH(csv("a,c,kind\n3,30,u\n", as_trained),
                    "f.csv: there is no column called b, which the training data have; its columns "
                    "are a, c, kind");
  CHECK_THROWS_WITH(csv("a,b,a\n3,30,4\n", as_trained), "f.csv: two columns are called a");
  // without a header: by place, the label where it was
  const Dataset by_place = csv("30,v,3\n40,u,4\n", as_trained);
  CHECK(numbers(by_place.features) == Floats{30, 3, 40, 4});
  CHECK(labels_of(by_place) == Labels{1, 0});
  CHECK(by_place.remarks ==
        NamesRead{"f.csv: there is no header, so its columns are taken by their places"});
  CHECK(numbers(csv("30,3\n40,4\n", as_trained).features) == Floats{30, 3, 40, 4});
  CHECK_THROWS_AS(csv("30,3,v,1\n", as_trained), Error);
  // names that are numbers are a header too, where they are those of the training data
  FileOptions numbered;
  numbered.header = true;
  const Dataset years = csv("2019,2020,2021\n1,2,0\n3,4,1\n", numbered);
  numbered.header.reset();
  numbered.columns = years.columns;
  CHECK(numbers(csv("2020,2021,2019\n2,0,1\n", numbered).features) == Floats{1, 2});
}

TEST_CASE("a column that is called label, or is the only text, is the label", "[csv]") {
  CHECK(numbers(csv("Label,x\n0,5\n1,6\n0,7\n1,8\n").features) == Floats{5, 6, 7, 8});
  CHECK(numbers(csv("x,target,z\n5,0,6\n7,1,8\n5,0,6\n7,1,8\n").features) ==
        Floats{5, 6, 7, 8, 5, 6, 7, 8});
  const Dataset iris = csv("setosa,5.1\nvirginica,6.3\nsetosa,4.9\n");
  CHECK(iris.classes == NamesRead{"setosa", "virginica"});
  CHECK(labels_of(iris) == Labels{0, 1, 0});
  CHECK(csv("1\n2\n").targets.size() == 0);  // one column alone has no label
  FileOptions two;
  two.features = 2;  // a model of two features reads a file of two columns
  CHECK(csv("1,2\n3,4\n", two).targets.size() == 0);
  CHECK(csv("1,2,0\n3,4,1\n", two).targets.size() == 2);
  CHECK_THROWS_WITH(csv("1,2,3,4\n", two), "f.csv: has 3 features beside the label, expected 2");
}

TEST_CASE("a header is found where the second line has numbers, or told", "[csv]") {
  CHECK(csv("x,y\n1,2\n3,4\n").count() == 2);
  CHECK(csv("x,kind\n1,cat\n3,dog\n").count() == 2);
  CHECK(csv("1,cat\n3,dog\n").count() == 2);
  FileOptions told;
  told.header = true;
  CHECK(csv("7,8\n1,2\n3,4\n", told).count() == 2);
  told.header = false;
  CHECK_THROWS_WITH(csv("x,y\n1,2\n", told), "f.csv:1: column 1: 'x' is not a number");
  CHECK_THROWS_WITH(csv("x,y\n"), "f.csv: has a header and no samples");
}

TEST_CASE("Kaggle's digits are pictures, divided by 255", "[csv]") {
  std::string header = "label", line = "7", other = "2";
  for (int k = 0; k < 784; ++k) {
    header += ",pixel" + std::to_string(k);
    line += "," + std::to_string(k % 256);
    other += ",0";
  }
  const Dataset data = csv(header + "\n" + line + "\n" + other + "\n");
  CHECK(data.image_rows == 28);
  CHECK(data.image_columns == 28);
  CHECK(data.features(51, 0) == 0.2F);
  CHECK(data.features(255, 0) == 1);
  CHECK(data.classes.size() == 10);  // of pictures there are ten at least
  CHECK(labels_of(data) == Labels{7, 2});

  FileOptions plain;
  plain.scale = 1;
  CHECK(csv(header + "\n" + line + "\n", plain).features(51, 0) == 51);

  // Its test file has pixels only; the same numbers without a header are told by their count.
  const auto pixels = [](const std::string& text) { return text.substr(text.find(',') + 1); };
  const Dataset test = csv(pixels(header) + "\n" + pixels(line) + "\n");
  CHECK(test.targets.size() == 0);
  CHECK(test.image_rows == 28);
  const Dataset bare = csv(line + "\n" + other + "\n");
  CHECK(labels_of(bare) == Labels{7, 2});
  CHECK(bare.features(51, 0) == 0.2F);
}

TEST_CASE("features are divided by the scale", "[csv]") {
  FileOptions options;
  options.scale = 4;
  CHECK(numbers(csv("1,0\n2,1\n", options).features) == Floats{0.25F, 0.5F});
}

TEST_CASE("quotes, CR LF, CR, a byte order mark, spaces, tabs and semicolons are read", "[csv]") {
  const NamesRead expected{"a \"b\", c", "d"};
  for (const std::string text :
       {"1,\"a \"\"b\"\", c\"\r\n2,d\r\n", "\xef\xbb\xbf 1 ,\"a \"\"b\"\", c\" \r2, d\r",
        "1\t\"a \"\"b\"\", c\"\n\n  \n2\t d", "1;\"a \"\"b\"\", c\"\n2;\"d\"\n"}) {
    CAPTURE(text);
    const Dataset data = csv(text);
    CHECK(data.classes == expected);
    CHECK(numbers(data.features) == Floats{1, 2});
  }
  const Dataset long_label = csv("1,\"two\r\nlines\"\n2,x\n3,4\n");
  CHECK(long_label.classes == NamesRead{"4", "two\r\nlines", "x"});
  CHECK(numbers(csv("\"1\",\"0\"\n\"2\",\"1\"\n").features) == Floats{1, 2});
}

TEST_CASE("numbers are read as Python writes them, correctly rounded to double", "[csv]") {
  const Dataset data =
      csv("1e3,-2.5E-1,+7,.5,3.,0.1,1234567890123,1e-300,-0\n", label(FileOptions::NoLabel{}));
  CHECK(numbers(data.features) == Floats{1000, -0.25F, 7, 0.5F, 3, 0.1F, 1234567890123.0F, 0, 0});
}

TEST_CASE("what is not a number is named with line and column", "[csv]") {
  const std::string missing =
      "; missing=\"drop\" leaves such samples out, missing=\"mean\" puts the mean of the "
      "column there, missing=0 that number";
  for (const auto& [cell, why] : std::vector<std::pair<std::string, std::string>>{
           {"abc", "'abc' is not a number"},
           {"1.2.3", "'1.2.3' is not a number"},
           {"1 2", "'1 2' is not a number"},
           {"", "there is nothing, expected a number" + missing},
           {"\"\"", "there is nothing, expected a number" + missing},
           {"nan", "'nan' is not a number" + missing},
           {"inf", "'inf' is not a number"},
           {"1e400", "'1e400' is not a number"},
           {"+-1", "'+-1' is not a number"},
           {"0x10", "'0x10' is not a number"},
           {"1e39", "1e+39 is too large for float32"},
           {std::string(40, 'z'), "'" + std::string(30, 'z') + "...' is not a number"},
           {"a\x01\x62", "'a?b' is not a number"}}) {
    CAPTURE(cell);
    CHECK_THROWS_WITH(csv("x,w,y\n1,2,0\n3," + cell + ",1\n"), "f.csv:3: column 2 (w): " + why);
  }
}

TEST_CASE("ragged lines are named with what they have", "[csv]") {
  const std::string start = "1,2,0\n3,4,1\n";
  CHECK_THROWS_WITH(csv(start + "5,6\n"), "f.csv:3: has 2 columns, the first line has 3");
  CHECK_THROWS_WITH(csv(start + "\n5,6,0,9,9\n"), "f.csv:4: has 5 columns, the first line has 3");
  CHECK_THROWS_WITH(csv(start + "5\n"), "f.csv:3: has 1 column, the first line has 3");
  CHECK_THROWS_WITH(csv(start + "5,\n"), "f.csv:3: has 2 columns, the first line has 3");
  CHECK_THROWS_WITH(csv(start + "5,6,0,\n"), "f.csv:3: has 4 columns, the first line has 3");
}

TEST_CASE("unfinished quotations and files that are no text are refused", "[csv]") {
  CHECK_THROWS_WITH(csv("1,0\n2,\"1\n3,0\n"),
                    "f.csv:2: a quotation mark opens a field and none closes it");
  CHECK_THROWS_WITH(csv("1,\"0\"1\n"),
                    "f.csv:1: text follows a closing quotation mark (inside a field, write two of "
                    "them)");
  CHECK_THROWS_WITH(csv(std::string("1,\0\n", 4)),
                    "f.csv: holds a zero byte; is it a text file, in UTF-8?");
  CHECK_THROWS_WITH(csv(""), "f.csv: is empty");
  CHECK_THROWS_WITH(csv("\n \n\r\n"), "f.csv: is empty");
  CHECK_THROWS_WITH(csv("5\n6\n", label(0)),
                    "f.csv: has no column beside the label; label=none reads it all");
}

TEST_CASE("classes are found, told, or none", "[csv]") {
  CHECK(csv("1,2.5\n2,3.5\n").classes.empty());  // numbers to be predicted
  CHECK(numbers(csv("1,2.5\n2,3.5\n").targets) == Floats{2.5F, 3.5F});
  CHECK(csv("1,0\n2,1\n").classes.empty());  // two samples say too little
  CHECK(csv("1,-1\n2,1\n3,-1\n4,1\n").classes.empty());
  FileOptions options;
  options.classes = 0;
  CHECK(csv(six, options).classes.empty());
  options.classes = 5;
  CHECK(csv(six, options).targets.rows() == 5);
  options.classes = 2;
  CHECK_THROWS_WITH(
      csv("h,label\n1,0\n1,2\n1,1\n", options).count(),
      "f.csv:3: column 2 (label): label 2 is no class: with 2 classes they are 0 to 1");
  CHECK(csv("1,2\n1,4\n1,2\n", options).classes == NamesRead{"2", "4"});
  CHECK(labels_of(csv("1,2\n1,4\n1,2\n", options)) == Labels{0, 1, 0});
  CHECK(csv("1,-1\n1,1\n", options).classes == NamesRead{"-1", "1"});
  options.classes = 6;
  CHECK(labels_of(csv("1,1\n1,2\n1,3\n1,5\n1,6\n1,7\n", options)) == Labels{0, 1, 2, 3, 4, 5});
  CHECK(csv("1,3\n1,4\n1,5\n1,6\n1,7\n1,8\n", options).classes.front() == "3");
  options.classes = 3;
  CHECK_THROWS_WITH(csv("1,0\n1,1.5\n", options),
                    "f.csv:2: column 2: label 1.5 is no class: with 3 classes they are 0 to 2");
  CHECK_THROWS_AS(csv("1,0\n1,-1\n", options), Error);
}

TEST_CASE("where classes are wanted, other whole numbers are classes too", "[csv]") {
  FileOptions wanted;
  wanted.wants_classes = true;
  CHECK(csv("1,2\n1,4\n", wanted).classes == NamesRead{"2", "4"});
  CHECK(csv("1,3\n1,5\n1,8\n", wanted).classes == NamesRead{"3", "5", "8"});
  CHECK(csv("1,0.5\n1,0.25\n", wanted).classes.empty());    // shares of a class
  CHECK(csv("1,-1\n1,1\n1,-1\n", wanted).classes.empty());  // targets of hinge
  CHECK(csv("1,2\n1,4\n").classes.empty());
}

TEST_CASE("names for samples are no classes", "[csv]") {
  std::string text;
  for (int k = 0; k < 20'000; ++k) text += "1,n" + std::to_string(k) + "\n";
  CHECK_THROWS_WITH(csv(text),
                    "f.csv: its labels are 20000 different ones for 20000 samples; is this column "
                    "the label? label= names another");
}

TEST_CASE("classes may be counted from 1", "[csv]") {
  const std::string from_1 = "5,1\n5,2\n5,3\n5,1\n5,2\n5,3\n";
  CHECK(csv(from_1).classes == NamesRead{"1", "2", "3"});
  CHECK(labels_of(csv(from_1)) == Labels{0, 1, 2, 0, 1, 2});
  FileOptions options;
  options.classes = 3;
  CHECK(labels_of(csv(from_1, options)) == Labels{0, 1, 2, 0, 1, 2});
}

TEST_CASE("test data have the classes of the training data", "[csv]") {
  FileOptions options;
  options.class_names = {"cat", "cow", "dog"};
  const Dataset data = csv("1,dog\n2,cat\n", options);
  CHECK(labels_of(data) == Labels{2, 0});
  CHECK(data.targets.rows() == 3);
  CHECK_THROWS_WITH(csv("1,dog\n2,horse\n", options),
                    "f.csv:2: column 2: label 'horse' is no class of the training data (cat, cow, "
                    "dog)");
  options.class_names = {"1", "2", "3"};
  CHECK(labels_of(csv("1,3\n2,1\n", options)) == Labels{2, 0});
  CHECK(labels_of(csv("1,3.0\n2,1\n", options)) == Labels{2, 0});
  CHECK(csv("1,2\n2,2\n", options).targets.rows() == 3);  // not all need be there
  CHECK_THROWS_WITH(csv("1,2\n2,4\n", options),
                    "f.csv:2: column 2: label '4' is no class of the training data (1, 2, 3)");
}

TEST_CASE("decimal commas, thousands and separators are found where they are sure, and said",
          "[csv]") {
  const Dataset comma = csv("a;b;c\n1,5;2,25;0\n-3;0,125;1\n");
  CHECK(numbers(comma.features) == Floats{1.5F, 2.25F, -3, 0.125F});
  CHECK(comma.remarks == NamesRead{"f.csv: its numbers have a comma before the decimals"});
  CHECK(numbers(csv("1,5;2,5;0\n3,5;4,5;1\n").features) == Floats{1.5F, 2.5F, 3.5F, 4.5F});
  CHECK(numbers(csv("1.234,5\t7\n2\t8\n").features) == Floats{1234.5F, 2});
  const Dataset english = csv("\"1,234,567\",0\n\"12,345.5\",1\n");
  CHECK(numbers(english.features) == Floats{1234567, 12345.5F});
  CHECK(english.remarks == NamesRead{"f.csv: its numbers have a comma between the thousands"});
  CHECK(numbers(csv("1'234;0\n2'345.5;1\n").features) == Floats{1234, 2345.5F});
  CHECK(csv("1.234,0\n2.5,1\n").remarks.empty());  // points are decimal
  CHECK(numbers(csv("1.234,0\n2.5,1\n").features) == Floats{1.234F, 2.5F});

  // one comma before three digits may be either
  const std::string either = "1,234;0\n5,678;1\n";
  CHECK_THROWS_WITH(csv(either, label(-1)),
                    "f.csv:1: column 1: '1,234' is not a number; decimal=\",\" or thousands=\",\" "
                    "says what its comma is");
  FileOptions told = label(-1);
  told.decimal = ',';
  CHECK(numbers(csv(either, told).features) == Floats{1.234F, 5.678F});
  told.decimal.reset();
  told.thousands = ',';
  CHECK(numbers(csv(either, told).features) == Floats{1234, 5678});
  FileOptions bar;
  bar.separator = '|';
  CHECK(numbers(csv("1|0\n2|1\n", bar).features) == Floats{1, 2});
}

TEST_CASE("a header stands above numbers that can be read in two ways, too", "[csv]") {
  CHECK_THROWS_WITH(
      csv("a;b;c\n1,234;2,500;x\n2,345;3,500;y\n"),
      "f.csv:2: column 1 (a): '1,234' is not a number; decimal=\",\" or thousands=\",\" "
      "says what its comma is");
}

TEST_CASE("samples that lack a value are refused, left out, or get a number", "[csv]") {
  const std::string text = "x,w,label\n1,?,0\n2,3,1\n,4,0\n5,NA,1\n6,7,\n";
  CHECK_THROWS_AS(csv(text), Error);
  FileOptions options;
  options.missing = FileOptions::LeaveOut{};
  const Dataset kept = csv(text, options);
  CHECK(numbers(kept.features) == Floats{2, 3});
  CHECK(kept.targets.cols() == 1);
  CHECK(kept.remarks == NamesRead{"f.csv: 4 samples lack some value and are left out"});
  options.missing = -1.0;
  CHECK_THROWS_AS(csv(text, options), Error);  // a label is not made up
  CHECK(numbers(csv("x,w,label\n1,?,0\n,3,1\n", options).features) == Floats{1, -1, -1, 3});
  options.missing = FileOptions::LeaveOut{};
  CHECK_THROWS_WITH(csv("x,label\n?,0\nNA,1\n", options),
                    "f.csv: every sample lacks some value, so none is left");
}

TEST_CASE("the first n samples are read, and what follows them is not", "[csv]") {
  FileOptions options;
  options.n = 2;
  CHECK(csv("1,0\n2,1\nwhat is this\n", options).count() == 2);
  options.n = 7;
  CHECK_THROWS_WITH(csv(six, options), "f.csv: has 6 samples, not 7");
}

TEST_CASE("of a large file only the lines for n samples are read", "[csv]") {
  const TemporaryFolder folder;
  std::string text = "x,label\n\n\n1,a\n2,b\n";
  while (text.size() < 3'000'000) text += "3,a\n4,b\n5,a\n";
  write_bytes(folder.path() / "x.csv", bytes_of(text + "\"no end"));
  FileOptions options;
  options.n = 2;
  CHECK(numbers(read_csv(folder.path() / "x.csv", options).features) == Floats{1, 2});
  options.n = 300'000;
  CHECK(read_csv(folder.path() / "x.csv", options).count() == 300'000);
  options.n = 3'000'000;
  CHECK_THROWS_AS(read_csv(folder.path() / "x.csv", options), Error);
}

TEST_CASE("the first samples of a pipe are read once, and those of a device never", "[csv]") {
  const TemporaryFolder folder;
  const auto path = folder.path() / "pipe";
  REQUIRE(mkfifo(path.c_str(), 0600) == 0);
  std::thread writer([&] { std::ofstream(path) << six; });
  FileOptions options;
  options.n = 2;
  CHECK(numbers(read_csv(path, options).features) == Floats{10, 11});
  writer.join();
  CHECK_THROWS_WITH(read_csv("/dev/zero", options), "/dev/zero: is a device, not a file");
}

TEST_CASE("a compressed CSV file is read from the disk", "[csv]") {
  const TemporaryFolder folder;
  write_bytes(folder.path() / "x.csv.gz", gzipped(bytes_of(six)));
  CHECK(read_csv(folder.path() / "x.csv.gz").count() == 6);
}

TEST_CASE("many samples come back as they were written", "[csv]") {
  RandomStream draws(1, "test csv");
  Array<float> x(3, 500);
  std::string text;
  for (int k = 0; k < 500; ++k) {
    for (int i = 0; i < 3; ++i) {
      x(i, k) = static_cast<float>(draws.normal() * std::pow(10, i));
      char cell[40];
      std::snprintf(cell, sizeof cell, "%.9g,", static_cast<double>(x(i, k)));
      text += cell;
    }
    text += std::to_string(k % 4) + "\n";
  }
  const Dataset data = csv(text);
  REQUIRE(data.features.cols() == 500);
  CHECK((data.features == x).all());  // nine digits say a float32
  CHECK(data.targets.rows() == 4);
}

namespace {

// Each field with its line, and where lines end.
std::string taken_apart(CsvFields& fields) {
  std::string all;
  try {
    while (!fields.at_end()) {
      double number = 0;
      if (fields.next_number(number)) {
        all += fmt::format("{}:<{}>", fields.line(), number);
      } else {
        const std::string text(fields.next());
        all += fmt::format("{}:[{}]", fields.line(), text);
      }
      all += fields.line_ended() ? "\n" : " ";
    }
  } catch (const Error& error) {
    all += error.what();
  }
  return all;
}

}  // namespace

TEST_CASE("a text that comes in parts is taken apart as one that is there", "[csv]") {
  const std::vector<std::string> texts{
      "a,b\r\n1,\"x\r\ny\"\"z\"  ,3\r\n\r\n\n4.5e3 , ,-6\r7,8\n  \n\"\",\"9\"\r\n",
      "\xef\xbb\xbf"
      "1;2\n\"a\n\n\nb\";\"c\"\n3;4",
      "1,2\n\"open\n3,4\n",
      "\"a\" b,1\n",
      "\n\n\n",
      "",
      "12345678901234567890,1\r\n2,\"\"\"\"\r\n",
      "\"a\"\r",
      "1,\"b\"   \r\n2,c"};
  for (const std::string& text : texts) {
    const char separator = separator_of(text);
    CsvFields whole(text, separator, "f.csv");
    const std::string expected = taken_apart(whole);
    for (std::size_t part = 1; part < 9; ++part) {
      for (std::size_t first = 3; first < 9; first += 5) {
        CAPTURE(text, part, first);
        std::string start = text.substr(0, first);
        std::size_t at = start.size();
        const auto more = [&](std::string& to) {
          to += text.substr(at, part);
          const bool some = at < text.size();
          at = std::min(at + part, text.size());
          return some;
        };
        CsvFields parts(start, more, separator, "f.csv", {});
        CHECK(taken_apart(parts) == expected);
      }
    }
  }
}

TEST_CASE("texts at random are taken apart alike, whatever their parts", "[csv]") {
  constexpr std::string_view signs = "1,;\"\"\n\r \t.";
  RandomStream stream(4, "csv parts");
  for (int k = 0; k < 3000; ++k) {
    std::string text = "  ";
    const auto length = stream.below(40);
    for (std::uint64_t i = 0; i < length; ++i) text += signs[stream.below(signs.size())];
    CAPTURE(k, text);
    CsvFields whole(text, ',', "f.csv");
    std::string start = text.substr(0, 1 + stream.below(text.size()));
    std::size_t at = start.size();
    const auto more = [&](std::string& to) {
      if (at == text.size()) return false;
      const std::size_t part = 1 + stream.below(5);
      to += text.substr(at, part);
      at = std::min(at + part, text.size());
      return true;
    };
    CsvFields parts(start, more, ',', "f.csv", {});
    CHECK(taken_apart(parts) == taken_apart(whole));
  }
}

TEST_CASE("a file gives what its text gives", "[csv]") {
  const TemporaryFolder folder;
  std::string text = "x,\"the\nkind\",label\n";
  for (int i = 0; i < 200'000; ++i) {
    text += fmt::format("{},{},\"{}\"\r\n", i * 0.25, i % 7, i % 3 == 0 ? "a, or\nso" : "b");
  }
  const auto path = folder.path() / "x.csv";
  write_bytes(path, bytes_of(text));
  const Dataset read = read_csv(path);
  const Dataset parsed = parse_csv(text, path.string());
  CHECK(read.count() == 200'000);
  CHECK((read.features == parsed.features).all());
  CHECK((read.targets == parsed.targets).all());
  CHECK(read.classes == parsed.classes);
  text += "1,2\n";
  write_bytes(path, bytes_of(text));
  const auto failure = [&](const std::function<Dataset()>& reads) {
    try {
      reads();
    } catch (const Error& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  CHECK(failure([&] { return read_csv(path); }) ==
        failure([&] { return parse_csv(text, path.string()); }));
  CHECK(failure([&] { return read_csv(path); }).ends_with("has 2 columns, the first line has 3"));
  write_bytes(path, bytes_of(std::string("1,2\n3,") + '\0'));
  CHECK_THROWS_WITH(read_csv(path),
                    path.string() + ": holds a zero byte; is it a text file, in UTF-8?");
}

// A sanitizer's memory is no measure of ours.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
TEST_CASE("a file takes the memory of its floats, or of the samples that are wanted", "[csv]") {
  const TemporaryFolder folder;
  const auto path = folder.path() / "x.csv";
  {
    std::ofstream file(path);
    for (int i = 0; i < 300'000; ++i) {
      for (int k = 0; k < 20; ++k) file << (i * 20 + k) % 1000 * 0.125 << ',';
      file << i % 2 << '\n';
    }
  }
  // of a process of its own: how many megabytes it takes at most
  const auto megabytes = [&](const FileOptions& options) {
    const pid_t child = fork();
    if (child == 0) {
      rusage before{};
      getrusage(RUSAGE_SELF, &before);
      const Dataset data = read_csv(path, options);
      rusage after{};
      getrusage(RUSAGE_SELF, &after);
      _exit(static_cast<int>(std::min<long>((after.ru_maxrss - before.ru_maxrss) / 1024, 250)));
    }
    int status = 0;
    waitpid(child, &status, 0);
    REQUIRE(WIFEXITED(status));
    return WEXITSTATUS(status);
  };
  REQUIRE(std::filesystem::file_size(path) > 30'000'000);
  FileOptions first;
  first.n = 1000;
  CHECK(megabytes(first) <= 4);
  // 24 MB of features, 1 of targets, while they are read 2 to 5 of labels
  CHECK(megabytes({}) <= 36);
}
#endif

namespace {

FileOptions one_hot(std::vector<FileOptions::ColumnName> columns) {
  FileOptions options;
  options.one_hot = std::move(columns);
  return options;
}

const std::string shops =
    "colour,size,region,kind\nred,1,4,a\nblue,2,3,b\n\"red\",3,4,a\ngreen,4,3,b\n";

}  // namespace

TEST_CASE("columns of names are one-hot where that is asked for", "[csv]") {
  CHECK_THROWS_WITH(
      csv(shops),
      "f.csv:2: column 1 (colour): 'red' is not a number; are these kinds of something? "
      "one_hot=[\"colour\"] makes a feature of each");
  const Dataset made = csv(shops, one_hot({"colour", 2}));
  REQUIRE(made.features.rows() == 6);
  CHECK(numbers(made.features) == Floats{0, 0, 1, 1, 0, 1, 1, 0, 0, 2, 1, 0,  //
                                         0, 0, 1, 3, 0, 1, 0, 1, 0, 4, 1, 0});
  CHECK(made.classes == NamesRead{"a", "b"});
  REQUIRE(made.columns);
  CHECK(feature_names(*made.columns) ==
        NamesRead{"colour=blue", "colour=green", "colour=red", "size", "region=3", "region=4"});
  FileOptions all;
  all.one_hot = FileOptions::TextColumns{};
  CHECK(csv(shops, all).features.rows() == 5);  // the last column is the label, so it is none
  CHECK(csv("size,colour,y\n1,red,0.5\n2,blue,1.5\n", all).features.rows() == 3);
  FileOptions of_label = one_hot({"kind"});
  of_label.label = "kind";
  CHECK_THROWS_WITH(
      csv(shops, of_label),
      "f.csv: column 4 (kind) is the label, and one_hot is for features; label= names "
      "another");
  CHECK_THROWS_WITH(csv(shops, one_hot({"shape"})),
                    "f.csv: there is no column called shape; there are colour, size, region, kind");
  CHECK_THROWS_WITH(csv(shops, one_hot({4})),
                    "f.csv: one_hot=4, but there are 4 columns: 0 to 3, or from the end -1 to -4");
}

TEST_CASE("other files have the values of the training data's one-hot columns", "[csv]") {
  const Dataset training = csv(shops, one_hot({"colour"}));
  FileOptions as_trained;
  as_trained.columns = training.columns;
  as_trained.class_names = training.classes;
  as_trained.features = static_cast<int>(training.features.rows());
  const Dataset other = csv("region,kind,size,colour\n7,b,9,green\n6,a,8,red\n", as_trained);
  CHECK(numbers(other.features) == Floats{0, 1, 0, 9, 7, 0, 0, 1, 8, 6});
  CHECK_THROWS_WITH(csv("colour,size,region\npink,1,2\n", as_trained),
                    "f.csv:2: column 1 (colour): 'pink' is none of the values in the training data "
                    "(blue, green, red)");
  // without a header: by place
  CHECK(numbers(csv("blue,5,6,a\n", as_trained).features) == Floats{1, 0, 0, 5, 6});
}

TEST_CASE("a value that is missing has no feature, or the mean of each", "[csv]") {
  const std::string text = "colour,y\nred,1.5\nblue,2.5\n,3.5\nred,4.5\n";
  FileOptions options = one_hot({"colour"});
  CHECK_THROWS_AS(csv(text, options), Error);
  options.missing = 0.0;
  CHECK(numbers(csv(text, options).features) == Floats{0, 1, 1, 0, 0, 0, 0, 1});
  options.missing = FileOptions::LeaveOut{};
  CHECK(numbers(csv(text, options).features) == Floats{0, 1, 1, 0, 0, 1});
  options.missing = FileOptions::Mean{};
  const Dataset mean = csv(text, options);
  CHECK(mean.features(0, 2) == static_cast<float>(1.0 / 3));
  CHECK(mean.features(1, 2) == static_cast<float>(2.0 / 3));
  REQUIRE(mean.columns);
  CHECK(mean.columns->means.size() == 2);
}

TEST_CASE("what has as many values as samples is no kind", "[csv]") {
  std::string text = "id,x,y\n";
  for (int i = 0; i < 1100; ++i) text += fmt::format("n{},1,0.5\n", i);
  CHECK_THROWS_WITH(
      csv(text, one_hot({"id"})),
      "f.csv:1002: column 1 (id): has more than 1000 different values: are they names of "
      "samples, and no kinds? leave the column out of one_hot");
}
