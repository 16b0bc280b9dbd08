using System.Buffers;
using System.Net.Sockets;
using System.Security.Authentication;
using Garita.Gateway.Admission;
using Garita.Gateway.Dialogue.Smtp.Verbs;
using Garita.Gateway.Evidence.Dns;
using Garita.Gateway.Evidence.Reputation;
using Garita.Gateway.Ledger;
using Garita.Gateway.Relay;
using Garita.Gateway.Rules;
using Garita.Gateway.Settings;
using Garita.Gateway.Wire;
using Garita.Protocols.ProxyProtocol;
using Garita.Protocols.Smtp;
using Microsoft.Extensions.Logging;

namespace Garita.Gateway.Dialogue.Smtp;

/// <summary>
/// One SMTP session: reads lines, asks the state table, hands each verb to its file, sends replies. It holds no buffer while it waits.
/// It does not judge (Rules), deliver (Relay) or keep time (Heartbeat). This part is the loop; <c>SmtpSession.Turn.cs</c> is who may speak
/// when, <c>SmtpSession.Replies.cs</c> what is said.
/// </summary>
internal sealed partial class SmtpSession : HeldPlace, IHasDeadline
{
    /// <summary>Input buffer: the longest command line fits, and a small message in one piece.</summary>
    private const int InputSize = 16 * 1024;

    /// <summary>Input buffer of a message whose octets come faster than they are taken.</summary>
    private const int BulkInputSize = 64 * 1024;

    /// <summary>RFC 5321 §4.5.3.1.4: 512 octets, and what extensions add.</summary>
    private const int LineLimit = 2048;

    private static readonly Rule<ConnectFacts>[] AtGreeting = [.. RuleCatalogue.Connect.Where(static rule => rule is WrongProtocol or Pregreet)];

    private readonly long _begun;
    private byte[]? _input;
    private int _start;
    private int _end;
    private CommandLineReader _lines;
    private ReplyBuffer _replies;
    private bool _inBulk;
    private bool _hasTlsPlace;
    private int _errors;
    private int _transactions;
    private bool _isEsmtp;
    private bool _greeted;
    private bool _sawInput;
    private bool _sawLine;
    private bool _recorded;
    private (DeliveryMemory.Key Key, DeliveryMemory.Entry Entry)? _unconfirmed;

    internal SmtpSession(Gatehouse house, ClientConnection connection, Listener listener, System.Net.IPAddress counted, bool isTrusted, PlaceRank rank)
    {
        House = house;
        Connection = connection;
        Listener = listener.Settings;
        Policy = house.Policy;
        Counted = counted;
        IsTrusted = isTrusted;
        Rank = rank;
        Id = SessionId.Next(house.Time);
        _begun = house.Time.GetTimestamp();
    }

    internal Gatehouse House { get; }

    internal ClientConnection Connection { get; }

    internal ListenerSettings Listener { get; }

    /// <summary>The policy this session started with.</summary>
    internal Policy Policy { get; }

    internal SessionId Id { get; }

    /// <summary>The address it is counted under: who connected, from a PROXY header on the announced client.</summary>
    internal System.Net.IPAddress Counted { get; private set; }

    /// <summary>Its place in the session table; the table's own matter.</summary>
    internal int Place { get; set; }

    internal SessionState State { get; set; }

    internal HeloName? Helo { get; set; }

    internal Envelope? Envelope { get; set; }

    /// <summary>What DNS says of the client; asked at its first octet, so that idle connections cost no look-up.</summary>
    internal Task<ReverseDnsFact>? ReverseDns { get; private set; }

    /// <summary>What DNS lists say of the client, asked with the name; null where they are not asked.</summary>
    internal Task<DnsblFact>? Dnsbl { get; private set; }

    /// <summary>Rules that had something to say outside of transactions.</summary>
    internal List<RuleHit>? Hits { get; private set; }

    internal bool IsEsmtp
    {
        get => _isEsmtp;
        set => _isEsmtp = value;
    }

    /// <summary>Whether the last EHLO offered DSN (RFC 3461).</summary>
    internal bool OffersDsn { get; set; }

    internal long MessageLimit => Listener.MessageSize ?? Policy.Settings.Limits.MessageSize;

    internal bool HasBufferedInput => _start < _end;

    internal int NextTransaction() => ++_transactions;

    /// <summary>The whole session, from the greeting to the close. Never throws.</summary>
    internal async Task RunAsync()
    {
        try
        {
            // 1. PROXY header, TLS from the first byte, greeting.
            if (await OpenAsync())
            {
                // 2. Lines, until somebody ends it.
                while (!_closing)
                {
                    if (!await ReadLineAsync())
                        break;
                }
            }

            // 3. Say what is left to say, shut, drain, close.
            await CloseAsync();
        }
        catch (Exception e) when (e is SocketException or IOException or ObjectDisposedException or AuthenticationException or OperationCanceledException)
        {
            // The peer is gone or was cut off: nothing more can be said.
        }
        catch (Exception e)
        {
            LogFault(House.Log, Id.ToString(), e);
        }
        finally
        {
            End();
        }
    }

    private async ValueTask<bool> OpenAsync()
    {
        if (Listener.ProxyProtocolFrom.Count > 0 && !await ProxyStep.ReadAsync(this))
            return false;
        if (Listener.Tls == ListenerTls.Implicit)
        {
            if (!TakeTlsPlace())
            {
                Connection.Abort();
                return false;
            }

            // A balancer may send the header and the beginning of the handshake in one segment.
            Connection.Return(BufferedInput);
            _start = _end = 0;
            await SecureAsync();
        }
        else if ((HasBufferedInput || Connection.HasInput) && !_closing && TalkedEarly() is { } refusal)
        {
            return Refuse(refusal);
        }

        if (Blocked(null, close: true) is { } blocked)
            return Refuse(blocked);
        if (!await DelayGreetingAsync())
            return false;
        Say(220, default, $"{Policy.Settings.Hostname} ESMTP Garita");
        _greeted = true;
        if (HasBufferedInput)
            FirstInput();
        return true;
    }

    /// <summary>Takes the next line, waiting for it where it must, and answers it.</summary>
    /// <returns>False when the client is gone or the heartbeat has ended the session.</returns>
    private async ValueTask<bool> ReadLineAsync()
    {
        if (_start == _end || NeedsMore())
        {
            await FlushAsync();
            if (House.Stopping && State != SessionState.Data)
            {
                Say(421, new(4, 3, 2), $"{Policy.Settings.Hostname} is stopping, try again later");
                _closing = true;
                return true;
            }

            return await FillAsync();
        }

        await AnswerAsync();
        return true;
    }

    /// <summary>Whether the buffer holds only the beginning of a line; takes the line out otherwise.</summary>
    private bool NeedsMore()
    {
        var input = _input.AsSpan(_start.._end);
        _line = _lines.Read(input, LineLimit, out _, out var consumed);
        _lineStart = _start;
        _start += consumed;
        if (_line != LineStatus.Incomplete)
            return false;
        if (_start == _end)
            _start = _end = 0;
        return true;
    }

    private LineStatus _line;
    private int _lineStart;

    private ReadOnlySpan<byte> Line => _input.AsSpan(_lineStart, _start - _lineStart - 2);

    /// <summary>Waits for octets and takes them. The deadline is absolute for each command: a byte now and then does not move it.</summary>
    internal async ValueTask<bool> FillAsync()
    {
        if (_start > 0 || _end == 0)
            Compact();
        BeginPatience(anew: State == SessionState.Data);
        if (!BeginWaiting())
            return false;
        await Connection.WaitReadableAsync();
        if (!EndWaiting())
        {
            if (!IsEvicted)
                await DrainAsync();
            return false;
        }

        _input ??= ArrayPool<byte>.Shared.Rent(_inBulk ? BulkInputSize : InputSize);
        var room = _input.Length - _end;
        var count = await Connection.ReceiveAsync(_input.AsMemory(_end));
        _inBulk = count == room && State == SessionState.Data;
        if (count == 0)
            return false;
        if (count < 0)
            return true;
        _end += count;
        if (_unconfirmed is not null)
            Confirm();
        if (!_sawInput && _greeted)
            FirstInput();
        return true;
    }

    /// <summary>Evidence starts at the client's first octet and is awaited at RCPT.</summary>
    private void FirstInput()
    {
        _sawInput = true;
        ReverseDns = House.ReverseDns.FindAsync(Connection.Address).AsTask();
        if (Policy.AsksDnsbl && !IsTrusted && PublicAddress.Is(Connection.Address))
            Dnsbl = House.Dnsbl.FindAsync(Connection.Address, Policy.Settings.Dnsbl);
        // What is no line at all, such as a TLS hello on a plain port, is recognised here; the rest at the first line.
        var first = _input.AsMemory(_start, Math.Min(64, _end - _start));
        if (ProxyHeaderReader.IsHeader(first.Span) && JudgeFault(CommandFault.ProxyHeader, SmtpVerb.Unknown) is { } forged)
            Refuse(forged);
        else if (WrongProtocol.Recognise(first.Span) is not null && JudgeGreeting(first, early: false) is { } refusal)
            Refuse(refusal);
    }

    private Refusal? TalkedEarly()
    {
        var first = new byte[64];
        var count = HasBufferedInput ? Math.Min(first.Length, _end - _start) : Connection.Peek(first);
        if (HasBufferedInput)
            BufferedInput[..count].CopyTo(first);
        // A balancer that is not expected here writes its header at once: that it was early is not what is wrong with it.
        return ProxyHeaderReader.IsHeader(first.AsSpan(0, count))
            ? JudgeFault(CommandFault.ProxyHeader, SmtpVerb.Unknown)
            : JudgeGreeting(first.AsMemory(0, count), early: true);
    }

    private Refusal? JudgeGreeting(ReadOnlyMemory<byte> first, bool early) =>
        Judge(Policy.Settings.Rules, null, SessionHits).Judge(AtGreeting, new ConnectFacts(Connection.Address, first.ToArray(), early, null));

    private void Compact()
    {
        if (_start == _end)
        {
            if (_input is not null)
                ArrayPool<byte>.Shared.Return(_input);
            _input = null;
            _start = _end = 0;
            return;
        }

        _input.AsSpan(_start.._end).CopyTo(_input);
        _end -= _start;
        _start = 0;
    }

    /// <summary>Answers the line that was read.</summary>
    private ValueTask AnswerAsync()
    {
        if (_closing)
            return ValueTask.CompletedTask;
        EndPatience();
        if (_line != LineStatus.Line)
            return FaultAsync(_line switch
            {
                LineStatus.Nul => CommandFault.Nul,
                LineStatus.TooLong => CommandFault.TooLong,
                _ => CommandFault.BareNewline,
            });

        if (!_sawLine)
        {
            _sawLine = true;
            if (WrongProtocol.Recognise(Line) is not null && JudgeGreeting(_input.AsMemory(_lineStart, Math.Min(64, Line.Length)), early: false) is { } wrong)
            {
                Refuse(wrong);
                return ValueTask.CompletedTask;
            }
        }

        // 1. What is said, and whether its turn has come.
        var command = CommandParser.Parse(Line);
        if (command.VerbText.SequenceEqual("PROXY"u8))
            return FaultAsync(CommandFault.ProxyHeader);
        var step = SmtpStateTable.For(State, command.Verb);
        if (!step.Allowed)
            return NotAllowedAsync(command.Verb, step);

        if (OnlyQuit && command.Verb != SmtpVerb.Quit)
            return FaultAsync(CommandFault.ProxyHeader, command.Verb);

        // 2. RFC 2920 §3.1: nothing may follow a command that ends a group, and nothing is pipelined that was not offered.
        if (HasBufferedInput && command.Verb == SmtpVerb.StartTls)
            return FaultAsync(CommandFault.BehindStartTls, command.Verb);
        if (HasBufferedInput && command.Verb != SmtpVerb.Quit && (step.IsSynchronizationPoint || !_isEsmtp)
            && JudgeFault(CommandFault.Pipelined, command.Verb) is { } early)
            return RefuseAsErrorAsync(early, command.Verb);

        // 3. The verb's own file.
        return command.Verb switch
        {
            SmtpVerb.Ehlo or SmtpVerb.Helo => HeloVerb.RunAsync(this, command.Argument, command.Verb == SmtpVerb.Ehlo),
            SmtpVerb.Mail => MailVerb.RunAsync(this, command.Argument),
            SmtpVerb.Rcpt => RcptVerb.RunAsync(this, command.Argument),
            SmtpVerb.Data => DataVerb.RunAsync(this, command.Argument),
            SmtpVerb.StartTls => StartTlsVerb.RunAsync(this, command.Argument),
            _ => PlainVerb(step),
        };
    }

    /// <summary>RSET, NOOP, HELP, QUIT: the state table has the whole answer.</summary>
    private ValueTask PlainVerb(in Transition step)
    {
        if (step.Next is SessionState.Greeted && State is SessionState.Mail or SessionState.Rcpt)
            EndTransaction("aborted", 250);
        State = step.Next;
        Say(step.Code, step.Enhanced, step.Text);
        if (step.Next == SessionState.Closing)
        {
            _closing = true;
            _saidFarewell = true;
        }

        return ValueTask.CompletedTask;
    }

    private ValueTask NotAllowedAsync(SmtpVerb verb, in Transition step)
    {
        // Out of order is an error of order; a verb that is not spoken here is the rule's matter.
        // RFC 5321 §7.3: VRFY and EXPN get the answer that tells nothing.
        if (step.Code is 503 or 252)
        {
            if (step.Code == 252)
                _ = JudgeFault(CommandFault.Verb, verb);
            Say(step.Code, step.Enhanced, step.Text);
            return CountErrorAsync(verb);
        }

        return FaultAsync(CommandFault.Verb, verb);
    }

    /// <summary>Octets that were read behind the last line and belong to whoever asks: DATA, PROXY.</summary>
    internal ReadOnlySpan<byte> BufferedInput => _input.AsSpan(_start.._end);

    internal void Consume(int count) => _start += count;

    [LoggerMessage(1100, LogLevel.Error, "session {Session}: a fault of ours ended it")]
    private static partial void LogFault(ILogger log, string session, Exception e);
}
