namespace Garita.Commands;

/// <summary>A table of plain text that scripts and people can both read; writes nothing when it has no rows.</summary>
internal sealed class TextTable(params string[] headings)
{
    private readonly List<string[]> _rows = [];

    public void Add(params string[] cells) => _rows.Add(cells);

    public void Write(TextWriter output)
    {
        if (_rows.Count == 0)
            return;
        var widths = new int[headings.Length];
        foreach (var row in _rows.Prepend(headings))
        {
            for (var column = 0; column < row.Length; column++)
                widths[column] = Math.Max(widths[column], row[column].Length);
        }

        foreach (var row in _rows.Prepend(headings))
            output.WriteLine(string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
    }
}
