namespace Garita.Hardening.OpenSmtpd;

/// <summary>A <c>match</c> of smtpd.conf, as far as relaying goes: who may send whereto by which action.</summary>
/// <param name="Sources">Networks, or null for local only.</param>
/// <param name="Anybody">Whether strangers may be the source: any, a name that DNS or the client says, the sender.</param>
/// <param name="Anywhere">Whether the destination may be any.</param>
/// <param name="LoggedIn">Whether a login is wanted.</param>
/// <param name="Rejects">Whether it refuses.</param>
/// <param name="Action">The action's name.</param>
internal sealed record OpenSmtpdMatch(IReadOnlyList<string>? Sources, bool Anybody, bool Anywhere, bool LoggedIn, bool Rejects, string? Action)
{
    /// <summary>Reads one directive.</summary>
    public static OpenSmtpdMatch Read(OpenSmtpdSettings settings, string[] words)
    {
        IReadOnlyList<string>? sources = null;
        var (anybody, anywhere, loggedIn, rejects) = (false, false, false, false);
        string? action = null;
        for (var i = 1; i < words.Length; i++)
        {
            var not = string.Equals(words[i - 1], "!", StringComparison.Ordinal);
            var next = i + 1 < words.Length ? words[i + 1] : "";
            switch (words[i])
            {
                case "from" when next is "src" && i + 2 < words.Length && !not:
                    sources = words[i + 2] is "regex" ? null : settings.Items(words[i + 2]);
                    anybody |= words[i + 2] is "regex";
                    i += 2;
                    break;
                case "from":
                    // "! from local" and the like is everybody else; names and senders are what the client says, or its own DNS.
                    anybody |= not ? next is not "any" : next is "any" or "rdns" or "mail-from";
                    loggedIn |= !not && next is "auth";
                    i++;
                    break;
                case "for":
                    anywhere |= not ? next is not "any" : next is "any";
                    i++;
                    break;
                case "auth":
                    loggedIn |= !not;
                    break;
                case "reject":
                    rejects = true;
                    break;
                case "action":
                    action = next;
                    i++;
                    break;
                default:
                    break;
            }
        }
        return new(sources, anybody, anywhere, loggedIn, rejects, action);
    }

    /// <summary>All of the settings, in order: the first that matches holds.</summary>
    public static IEnumerable<OpenSmtpdMatch> All(OpenSmtpdSettings settings) => settings.Directives.Where(static words => words[0] is "match").Select(words => Read(settings, words));

    /// <summary>Whether its action sends mail on to other servers.</summary>
    public bool Relays(OpenSmtpdSettings settings)
    {
        if (Action is null)
            return false;
        return settings.Action(Action) is { } action ? action.Length > 2 && action[2] is "relay" : throw new CannotLookException($"{settings.Path} names the action {Action}, which it does not have");
    }
}
