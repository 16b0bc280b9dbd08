using Garita.Hardening.Host;
using Tomlyn.Parsing;
using Tomlyn.Syntax;

namespace Garita.Hardening.Software;

/// <summary>The ports that garita.toml binds.</summary>
internal static class GatewayPorts
{
    /// <summary>As <c>tcp/2525</c>; none when there are no settings, or none that can be read.</summary>
    /// <param name="host">The host.</param>
    public static IEnumerable<string> Read(View host)
    {
        if (host.Read("/etc/garita/garita.toml") is not { } text)
            return [];
        var document = SyntaxParser.Parse(text, "/etc/garita/garita.toml", validate: false);
        if (document.HasErrors)
            throw new CannotLookException("/etc/garita/garita.toml cannot be read: `garita check` says why");
        return document.Tables.SelectMany(static table => table.Items)
            .Where(static item => string.Equals(item.Key?.ToString().Trim(), "bind", StringComparison.Ordinal))
            .SelectMany(static item => item.Value is ArraySyntax array ? array.Items.Select(static entry => entry.Value) : [item.Value])
            .OfType<StringValueSyntax>().Select(static value => value.Value ?? "")
            .Select(static bind => bind[(bind.LastIndexOf(':') + 1)..]).Where(static port => port.Length > 0 && port.All(char.IsAsciiDigit)).Select(static port => "tcp/" + port);
    }
}
