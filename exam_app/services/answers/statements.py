"""The SQL of the write path of an answer: one read, one guarded write. PostgreSQL 14 and later."""

from __future__ import annotations

from sqlalchemy import Uuid, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Integer

READ = text(
    """
    SELECT a.id, a.student_id, a.organization_id, a.session_id, a.paper_id, a.status, a.submission_method,
           a.submitted_at, a.version, a.deadline_at, a.last_saved_at, a.answered_count, a.current_question,
           a.furthest_question, a.seed,
           (SELECT coalesce(sum(s.points), 0) FROM answers s WHERE s.attempt_id = a.id) AS score,
           (SELECT json_agg(json_build_object(
                       'id', s.id, 'question_id', s.question_id, 'version', s.version,
                       'response', s.response, 'is_answered', s.is_answered, 'flagged', s.flagged,
                       'time_spent', s.time_spent, 'typed_at', s.typed_at, 'saved_at', s.saved_at,
                       'device', s.device, 'points', s.points::text, 'is_correct', s.is_correct))
              FROM answers s
             WHERE s.attempt_id = a.id AND s.question_id = ANY(:questions)) AS answers,
           (SELECT json_agg(json_build_object(
                       'id', c.change_id, 'outcome', c.outcome, 'question_id', c.question_id))
              FROM answer_changes c
             WHERE c.attempt_id = a.id AND c.change_id = ANY(:changes)) AS changes
      FROM attempts a
     WHERE a.id = ANY(:attempts)
    """
).bindparams(
    bindparam("attempts", type_=ARRAY(Uuid)),
    bindparam("changes", type_=ARRAY(Uuid)),
    bindparam("questions", type_=ARRAY(Integer)),
)

# `claimed` is the guard. A concurrent save of the same attempt waits on the row and then finds another
# version, so it claims nothing; the two INSERTs only touch attempts that were claimed. Nor does it
# claim where the paper has been corrected: its points are those of the old key.
WRITE = text(
    """
    WITH claimed AS (
        UPDATE attempts a
           SET version = i.version_after,
               answered_count = i.answered_count,
               last_saved_at = i.arrived_at,
               grading_needed = a.grading_needed OR a.status <> 'in_progress'
          FROM jsonb_to_recordset(cast(:attempts AS jsonb)) AS i(
                   id uuid, student_id uuid, version int, version_after int, answered_count int,
                   paper_id int, arrived_at timestamptz)
         WHERE a.id = i.id AND a.student_id = i.student_id AND a.version = i.version
           AND a.paper_id = i.paper_id
           AND (a.status = 'in_progress' OR a.submission_method = 'automatic')
           AND i.arrived_at <= a.deadline_at + make_interval(secs => :grace)
        RETURNING a.id, a.version, a.deadline_at
    ), logged AS (
        INSERT INTO answer_changes (attempt_id, seq, change_id, question_id, response, flagged, time_spent,
                                    base_version, client_time, typed_at, arrived_at, device, outcome)
        SELECT c.attempt_id, c.seq, c.change_id, c.question_id, c.response, c.flagged, c.time_spent,
               c.base_version, c.client_time, c.typed_at, c.arrived_at, c.device, c.outcome
          FROM jsonb_to_recordset(cast(:changes AS jsonb)) AS c(
                   attempt_id uuid, seq int, change_id uuid, question_id int, response jsonb, flagged bool,
                   time_spent int, base_version int, client_time timestamptz, typed_at timestamptz,
                   arrived_at timestamptz, device text, outcome text)
          JOIN claimed ON claimed.id = c.attempt_id
    ), folded AS (
        INSERT INTO answers (attempt_id, question_id, id, version, response, is_answered, flagged, time_spent,
                             typed_at, saved_at, device, points, is_correct)
        SELECT s.attempt_id, s.question_id, s.id, s.version, s.response, s.is_answered, s.flagged,
               s.time_spent, s.typed_at, s.saved_at, s.device, s.points, s.is_correct
          FROM jsonb_to_recordset(cast(:answers AS jsonb)) AS s(
                   attempt_id uuid, question_id int, id uuid, version int, response jsonb, is_answered bool,
                   flagged bool, time_spent int, typed_at timestamptz, saved_at timestamptz, device text,
                   points numeric, is_correct bool)
          JOIN claimed ON claimed.id = s.attempt_id
        ON CONFLICT (attempt_id, question_id) DO UPDATE
           SET version = excluded.version, response = excluded.response,
               is_answered = excluded.is_answered, flagged = excluded.flagged,
               time_spent = excluded.time_spent, typed_at = excluded.typed_at,
               saved_at = excluded.saved_at, device = excluded.device, points = excluded.points,
               is_correct = excluded.is_correct
    )
    SELECT id, version, deadline_at FROM claimed
    """
)

# What arrives after the deadline enters the log as late and touches no answer.
WRITE_LATE = text(
    """
    WITH sent AS (
        SELECT DISTINCT ON (c.change_id) c.*
          FROM jsonb_to_recordset(cast(:changes AS jsonb)) AS c(
                   change_id uuid, question_id int, response jsonb, flagged bool, time_spent int,
                   base_version int, client_time timestamptz, typed_at timestamptz, device text)
         WHERE NOT EXISTS (SELECT 1 FROM answer_changes o
                            WHERE o.attempt_id = :attempt AND o.change_id = c.change_id)
    ), claimed AS (
        UPDATE attempts a SET version = a.version + (SELECT count(*) FROM sent)
         WHERE a.id = :attempt AND a.version = :version
        RETURNING a.id
    ), logged AS (
        INSERT INTO answer_changes (attempt_id, seq, change_id, question_id, response, flagged, time_spent,
                                    base_version, client_time, typed_at, arrived_at, device, outcome)
        SELECT claimed.id, :version + row_number() OVER (ORDER BY s.typed_at), s.change_id, s.question_id,
               s.response, s.flagged, s.time_spent, s.base_version, s.client_time, s.typed_at, :arrived_at,
               s.device, 'late'
          FROM sent s CROSS JOIN claimed
    )
    SELECT count(*) FROM claimed
    """
).bindparams(bindparam("attempt", type_=Uuid))
