using Garita.Hardening.Host;

namespace Garita.Hardening.Dovecot;

/// <summary>Reads Dovecot's settings: blocks, <c>!include</c>, lines that go on.</summary>
/// <param name="read">A file's text, or null.</param>
/// <param name="list">A folder's names, sorted, or null.</param>
internal sealed class DovecotFiles(Func<string, string?> read, Func<string, IReadOnlyList<string>?> list)
{
    private const int Deepest = 8;

    /// <summary>The settings of a file with all it includes.</summary>
    public DovecotBlock Read(string path)
    {
        var root = new DovecotBlock("");
        Into(root, path, mustExist: true, depth: 0);
        return root;
    }

    /// <summary>The settings of a text that includes nothing, such as doveconf's.</summary>
    public static DovecotBlock Parse(string text)
    {
        var root = new DovecotBlock("");
        new DovecotFiles(static _ => null, static _ => null).Add(root, text, "/", depth: 0);
        return root;
    }

    private void Into(DovecotBlock block, string path, bool mustExist, int depth)
    {
        if (depth > Deepest)
            throw new CannotLookException($"{path} is included too deeply");
        if (read(path) is { } text)
            Add(block, text, Path.GetDirectoryName(path) ?? "/", depth);
        else if (mustExist)
            throw new CannotLookException(path + " is missing");
    }

    private void Add(DovecotBlock root, string text, string folder, int depth)
    {
        var open = new Stack<DovecotBlock>([root]);
        foreach (var line in Lines(text))
        {
            if (line.StartsWith("!include", StringComparison.Ordinal))
            {
                var words = Text.Words(line);
                if (words.Length > 1)
                    Include(open.Peek(), Path.GetFullPath(words[1], folder), words[0] is "!include", depth);
            }
            else if (line is "}")
            {
                if (open.Count == 1)
                    throw new CannotLookException("a block of Dovecot's settings ends that did not begin");
                open.Pop();
            }
            else if (line.EndsWith('{'))
            {
                var name = string.Join(' ', Text.Words(line[..^1]));
                var parent = open.Peek();
                // passdb and userdb may come several times; each stands for itself.
                if (name is "passdb" or "userdb")
                    name += " " + parent.Blocks.Count.ToString(System.Globalization.CultureInfo.InvariantCulture);
                if (!parent.Blocks.TryGetValue(name, out var block))
                    parent.Blocks[name] = block = new DovecotBlock(name);
                open.Push(block);
            }
            else if (line.IndexOf('=', StringComparison.Ordinal) is var at and > 0)
            {
                open.Peek().Values[line[..at].Trim()] = Unquoted(line[(at + 1)..].Trim());
            }
        }
        if (open.Count > 1)
            throw new CannotLookException($"the block {open.Peek().Name} of Dovecot's settings does not end");
    }

    private void Include(DovecotBlock block, string path, bool mustExist, int depth)
    {
        var name = Path.GetFileName(path);
        var star = name.IndexOf('*', StringComparison.Ordinal);
        if (star < 0)
        {
            Into(block, path, mustExist, depth + 1);
            return;
        }
        var folder = Path.GetDirectoryName(path) ?? "/";
        foreach (var file in list(folder) ?? [])
        {
            if (file.Length >= name.Length - 1 && file.StartsWith(name[..star], StringComparison.Ordinal) && file.EndsWith(name[(star + 1)..], StringComparison.Ordinal))
                Into(block, $"{folder}/{file}", mustExist, depth + 1);
        }
    }

    private static IEnumerable<string> Lines(string text)
    {
        var going = "";
        foreach (var raw in text.Split('\n'))
        {
            var line = going + WithoutComment(raw).Trim();
            going = "";
            if (line.EndsWith('\\'))
            {
                going = line[..^1].TrimEnd() + " ";
                continue;
            }
            if (line.Length > 0)
                yield return line;
        }
    }

    // A number sign in quotes, or behind a letter, is part of the value.
    private static string WithoutComment(string line)
    {
        var quote = '\0';
        for (var i = 0; i < line.Length; i++)
        {
            if (quote != '\0')
                quote = line[i] == quote ? '\0' : quote;
            else if (line[i] is '"' or '\'')
                quote = line[i];
            else if (line[i] == '#' && (i == 0 || char.IsWhiteSpace(line[i - 1])))
                return line[..i];
        }
        return line;
    }

    private static string Unquoted(string value) => value.Length >= 2 && value[0] is '"' or '\'' && value[^1] == value[0] ? value[1..^1] : value;
}
