#include "run/loss_table.h"

#include <fstream>
#include <sstream>
#include <utility>

#include "diorama/error.h"

namespace diorama::training {
namespace {

constexpr char kHeader[] = "step,kind,name,value";

void print(std::ostream& stream, const LossRow& row) {
    for (const auto& [name, value] : row.losses)
        stream << row.step << ',' << row.kind << ',' << name << ',' << value << '\n';
}

}  // namespace

LossTable::LossTable(std::filesystem::path file, std::int64_t from_step) : file_(std::move(file)) {
    std::stringstream kept;
    kept << kHeader << '\n';
    if (std::filesystem::exists(file_))
        for (const auto& row : read_losses(file_))
            if (row.step <= from_step) print(kept, row);
    std::ofstream(file_) << kept.str();
}

void LossTable::append(const LossRow& row) const {
    std::ofstream stream(file_, std::ios::app);
    print(stream, row);
    if (!stream.flush()) throw Error(ErrorCode::unwritable, "cannot be written", file_.string());
}

std::vector<LossRow> read_losses(const std::filesystem::path& file) {
    std::ifstream stream(file);
    if (!stream) throw Error(ErrorCode::not_found, "no such file", file.string());
    std::vector<LossRow> rows;
    std::string line;
    std::getline(stream, line);
    while (std::getline(stream, line)) {
        std::istringstream cells(line);
        std::string step;
        std::string kind;
        std::string name;
        std::string value;
        // A run that was killed may leave half a line at the end.
        if (!std::getline(cells, step, ',') || !std::getline(cells, kind, ',') ||
            !std::getline(cells, name, ',') || !std::getline(cells, value) || stream.eof())
            break;
        const std::int64_t number = std::stoll(step);
        if (rows.empty() || rows.back().step != number || rows.back().kind != kind)
            rows.push_back({.step = number, .kind = kind, .losses = {}});
        rows.back().losses[name] = std::stod(value);
    }
    return rows;
}

}  // namespace diorama::training
