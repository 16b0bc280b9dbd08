using System.Net;

namespace Garita.Gateway.Rules;

/// <summary>What an exception is compared with, as far as it is known at the stage.</summary>
/// <param name="Client">The client, IPv4-mapped addresses already made IPv4.</param>
/// <param name="Helo">What it calls itself; null before HELO.</param>
/// <param name="Sender">The reverse-path, empty for the null one; null before MAIL.</param>
/// <param name="Recipient">The recipient; null where no single one is meant.</param>
public readonly record struct ExceptionSubject(IPAddress Client, string? Helo, string? Sender, string? Recipient);

/// <summary>
/// The exceptions in force, from the settings and from verbs, as one immutable snapshot. It is read from the first to the last:
/// administrators make dozens of exceptions, not thousands, and an index over four criteria would cost the empty set, the usual one, more.
/// It does not know which rules may be excepted (<see cref="Rule.CanBeExcepted"/>): whoever asks does.
/// </summary>
public sealed class ExceptionSet
{
    private readonly ExceptionRule[] _passes;
    private readonly ExceptionRule[] _blocks;

    private ExceptionSet(ExceptionRule[] passes, ExceptionRule[] blocks) => (_passes, _blocks) = (passes, blocks);

    /// <summary>None.</summary>
    public static ExceptionSet Empty { get; } = new([], []);

    /// <summary>Whether there is none.</summary>
    public bool IsEmpty => _passes.Length == 0 && _blocks.Length == 0;

    /// <summary>Makes a snapshot. An exception without any criterion would hold for everybody, which is what rule modes are for: it matches nothing.</summary>
    /// <param name="exceptions">The exceptions, in the order in which they are asked.</param>
    public static ExceptionSet Make(IEnumerable<ExceptionRule> exceptions)
    {
        var useful = exceptions.Where(static one => one is not { Client: null, Helo: null, Sender: null, Recipient: null }).ToArray();
        return useful.Length == 0 ? Empty : new ExceptionSet([.. useful.Where(static one => !one.Block)], [.. useful.Where(static one => one.Block)]);
    }

    /// <summary>The first exception that lets the subject past a rule; null for none.</summary>
    /// <param name="slug">The rule's slug.</param>
    /// <param name="subject">Whom it is about.</param>
    /// <param name="now">The time, for exceptions that end.</param>
    public ExceptionRule? LetsPast(string slug, in ExceptionSubject subject, DateTimeOffset now)
    {
        foreach (var one in _passes)
        {
            if (one.Rules.Contains(slug) && Matches(one, subject, now))
                return one;
        }

        return null;
    }

    /// <summary>The first exception that blocks the subject; null for none.</summary>
    /// <param name="subject">Whom it is about.</param>
    /// <param name="now">The time, for exceptions that end.</param>
    public ExceptionRule? Blocks(in ExceptionSubject subject, DateTimeOffset now)
    {
        foreach (var one in _blocks)
        {
            if (Matches(one, subject, now))
                return one;
        }

        return null;
    }

    // All criteria that are given must match; one whose fact is not known yet does not.
    private static bool Matches(ExceptionRule one, in ExceptionSubject subject, DateTimeOffset now) =>
        (one.Until is not { } until || now < until)
        && (one.Client is not { } network || network.Contains(subject.Client))
        && (one.Helo is not { } helo || MatchesName(helo, subject.Helo))
        && (one.Sender is not { } sender || MatchesAddress(sender, subject.Sender))
        && (one.Recipient is not { } recipient || MatchesAddress(recipient, subject.Recipient));

    private static bool MatchesName(string wanted, string? name) =>
        name is not null
        && (wanted.StartsWith('.')
            ? name.Length > wanted.Length && name.EndsWith(wanted, StringComparison.OrdinalIgnoreCase)
            : name.Equals(wanted, StringComparison.OrdinalIgnoreCase));

    private static bool MatchesAddress(string wanted, string? address)
    {
        if (address is null)
            return false;
        if (wanted is "<>")
            return address.Length == 0;
        // The domain is what follows the last "@": a quoted local part may hold one itself.
        return wanted.StartsWith('@')
            ? address.LastIndexOf('@') is var at and >= 0 && address.AsSpan(at).Equals(wanted, StringComparison.OrdinalIgnoreCase)
            : address.Equals(wanted, StringComparison.OrdinalIgnoreCase);
    }
}
